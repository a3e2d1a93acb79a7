"""Twenty steps of training in PyTorch (float64): torch.nn's own cells, Embedding, Adam and clipping.

Run from the repository's root, with torch and numpy installed:  python3 scripts/reference/trajectory.py

Writes src/lib/engine/figures/trajectory.json, which src/lib/engine/trajectory.test.ts trains against. Padding stands on
the left in our rows; PyTorch reads the words alone, as packed sequences, which must come to the same.
"""

import json
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

FILE = Path(__file__).parents[2] / "src/lib/engine/figures/trajectory.json"
INPUT, UNITS, VOCABULARY, TOKENS, BATCH, STEPS = 4, 6, 12, 9, 5, 20
# The norms lie on both sides of this bound, so that steps that are clipped and steps that are not are in.
RATE, CLIP = 0.01, 0.35
torch.set_default_dtype(torch.float64)

# By cell: torch.nn's layer, its gates in the order in which it stacks them, and the names of our two biases.
CELLS = {
    "elman": (nn.RNN, [""], ("b", None)),
    "lstm": (nn.LSTM, ["i", "f", "g", "o"], ("b", None)),
    "gru-reset-after": (nn.GRU, ["r", "z", "n"], ("b", "c")),
}


class Classifier(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, INPUT, padding_idx=0)
        self.cell = layer(INPUT, UNITS)
        self.head = nn.Linear(UNITS, 1)

    def forward(self, rows):
        _, state = self.cell(pack_sequence([self.embedding(row) for row in rows], enforce_sorted=False))
        hidden = state[0] if isinstance(state, tuple) else state
        return self.head(hidden[0])[:, 0]


def named(model, gates, biases):
    """Our parameter names, each with the slice of PyTorch's tensor that it is."""
    cell = model.cell
    rows = {gate: slice(k * UNITS, (k + 1) * UNITS) for k, gate in enumerate(gates)}
    found = {"embedding.table": model.embedding.weight}
    for gate, at in rows.items():
        found[f"cell.W{gate}"] = cell.weight_ih_l0[at]
        found[f"cell.U{gate}"] = cell.weight_hh_l0[at]
        found[f"cell.{biases[0]}{gate}"] = cell.bias_ih_l0[at]
        if biases[1] is not None:
            found[f"cell.{biases[1]}{gate}"] = cell.bias_hh_l0[at]
    return found | {"head.weights": model.head.weight, "head.bias": model.head.bias}


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def trajectory(seed, layer, gates, biases):
    draw = numpy.random.default_rng(seed)
    model = Classifier(layer)
    with torch.no_grad():
        for parameter in model.parameters():
            # Rounded, so that the file stays small.
            parameter.copy_(torch.tensor(draw.normal(0, 0.5, parameter.shape).round(3)))
        model.embedding.weight[0] = 0
        if biases[1] is None:
            model.cell.bias_hh_l0.zero_().requires_grad_(False)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    initial = {name: numbers(tensor) for name, tensor in named(model, gates, biases).items()}

    optimiser = torch.optim.Adam(trained, lr=RATE, eps=1e-8)
    batches, losses, norms = [], [], []
    for _ in range(STEPS):
        rows = [draw.integers(1, VOCABULARY, draw.integers(1, TOKENS + 1)) for _ in range(BATCH)]
        labels = draw.integers(0, 2, BATCH)
        optimiser.zero_grad()
        logits = model([torch.tensor(row) for row in rows])
        loss = nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(labels, dtype=logits.dtype))
        loss.backward()
        norm = nn.utils.clip_grad_norm_(trained, CLIP)
        optimiser.step()
        losses.append(loss.item())
        norms.append(norm.item())
        padded = [[0] * (TOKENS - len(row)) + row.tolist() for row in rows]
        batches.append({"ids": sum(padded, []), "labels": labels.tolist()})
    final = {name: numbers(tensor) for name, tensor in named(model, gates, biases).items()}
    return {"initial": initial, "batches": batches, "losses": losses, "norms": norms, "final": final}


FILE.write_text(
    json.dumps(
        {
            "torch": torch.__version__,
            "sizes": {"input": INPUT, "units": UNITS},
            "vocabulary": VOCABULARY,
            "tokens": TOKENS,
            "batch": BATCH,
            "rate": RATE,
            "clip": CLIP,
            "cells": {cell: trajectory(seed, *made) for seed, (cell, made) in enumerate(CELLS.items())},
        },
        indent=1,
    )
    + "\n"
)
