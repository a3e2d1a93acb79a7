"""Fifty steps of training in PyTorch (float64): torch.nn's own cells and models of layers.py, Adam and clipping.

Run from the repository's root, with torch and numpy installed:  python3 scripts/reference/trajectory.py

Writes src/lib/engine/testing/figures/trajectories.json, which every engine trains against. Padding stands on the left
in our rows; where a cell is torch.nn's own it reads the words alone, as packed sequences, which must come to the same.
"""

import json
from pathlib import Path

import numpy
import torch
from layers import loss_of, shapes_of
from torch import nn
from torch.nn.utils.rnn import pack_sequence

FILE = Path(__file__).parents[2] / "src/lib/engine/testing/figures/trajectories.json"
INPUT, UNITS, VOCABULARY, TOKENS, BATCH, STEPS = 4, 6, 12, 9, 5, 50
# The norms lie on both sides of this bound, so that steps that are clipped and steps that are not are in.
RATE, CLIP, SEED = 0.01, 0.35, 11
torch.set_default_dtype(torch.float64)

WORDS = {"kind": "embedding", "name": "embedding", "vocabulary": VOCABULARY, "size": INPUT} | {
    "trained": True,
    "masked": True,
}


def recurrent(name, cell, units, direction="forward", sequences=False, dropout=0):
    return {"kind": "recurrent", "name": name, "cell": cell, "units": units, "direction": direction} | {
        "sequences": sequences,
        "recurrentDropout": dropout,
        "starts": [],
    }


def dense(name, units, activation="linear"):
    return {"kind": "dense", "name": name, "units": units, "activation": activation}


def classifier(cell):
    return {"input": "ids", "loss": "verdict", "layers": [WORDS, recurrent("cell", cell, UNITS), dense("head", 1)]}


# A model whose cell is torch.nn's own: the layer, its gates in the order in which it stacks them, our two biases.
OWN = {
    "elman": (nn.RNN, [""], ("b", None)),
    "lstm": (nn.LSTM, ["i", "f", "g", "o"], ("b", None)),
    "gru-reset-after": (nn.GRU, ["r", "z", "n"], ("b", "c")),
}
DEEP = {
    "input": "ids",
    "loss": "classes",
    "layers": [
        WORDS,
        {"kind": "dropout", "name": "features", "rate": 0.2, "spatial": True},
        recurrent("low", "lstm", 3, "both", sequences=True, dropout=0.25),
        {"kind": "convolution", "name": "pattern", "filters": 5, "width": 3, "padding": "same", "activation": "tanh"},
        recurrent("high", "gru-reset-before", 4, "backward", sequences=True),
        {"kind": "pooling", "name": "pool", "take": "mean"},
        {"kind": "dropout", "name": "some", "rate": 0.3, "spatial": False},
        dense("head", 3),
    ],
}


def names(cell, gates, biases):
    """Our parameter names, each with the slice of PyTorch's tensor that it is."""
    found = {}
    for k, gate in enumerate(gates):
        at = slice(k * UNITS, (k + 1) * UNITS)
        found[f"cell.W{gate}"] = cell.weight_ih_l0[at]
        found[f"cell.U{gate}"] = cell.weight_hh_l0[at]
        found[f"cell.{biases[0]}{gate}"] = cell.bias_ih_l0[at]
        if biases[1] is not None:
            found[f"cell.{biases[1]}{gate}"] = cell.bias_hh_l0[at]
    return found


def of_torch(weights, layer, gates, biases):
    """The classifier of torch.nn's layers: what it trains, its loss on a batch, and its variables by our names."""
    embedding = nn.Embedding(VOCABULARY, INPUT, padding_idx=0)
    cell, head = layer(INPUT, UNITS), nn.Linear(UNITS, 1)
    named = {"embedding.table": embedding.weight} | names(cell, gates, biases)
    named |= {"head.weights": head.weight, "head.bias": head.bias}
    with torch.no_grad():
        if biases[1] is None:
            cell.bias_hh_l0.zero_().requires_grad_(False)
        for name, tensor in named.items():
            tensor.copy_(weights[name].reshape(tensor.shape))

    def loss(step, ids, labels):
        words = [embedding(row[row != 0]) for row in ids]
        _, state = cell(pack_sequence(words, enforce_sorted=False))
        hidden = state[0] if isinstance(state, tuple) else state
        return nn.functional.binary_cross_entropy_with_logits(head(hidden[0])[:, 0], labels)

    parameters = [*embedding.parameters(), *cell.parameters(), *head.parameters()]
    return [parameter for parameter in parameters if parameter.requires_grad], loss, named


def of_layers(weights, architecture):
    """Any model of layers.py, with the dropout of the seed and the step."""

    def loss(step, ids, labels):
        return loss_of(architecture, weights, ids, labels, chance=(SEED, step))[0]

    return list(weights.values()), loss, weights


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def trajectory(seed, architecture):
    draw = numpy.random.default_rng(seed)
    # Rounded, so that the file stays small.
    weights = {
        name: torch.tensor(draw.normal(0, 0.5, shape).round(3), requires_grad=True)
        for name, shape in shapes_of(architecture).items()
    }
    initial = {name: numbers(values) for name, values in weights.items()}
    cell = architecture["layers"][1].get("cell")
    own = OWN.get(cell) if len(architecture["layers"]) == 3 else None
    trained, loss_at, named = of_torch(weights, *own) if own else of_layers(weights, architecture)

    optimiser = torch.optim.Adam(trained, lr=RATE, eps=1e-8)
    classes = 2 if architecture["loss"] == "verdict" else architecture["layers"][-1]["units"]
    batches, losses, norms = [], [], []
    for step in range(STEPS):
        ids = numpy.zeros((BATCH, TOKENS), int)
        for row in ids:
            length = draw.integers(1, TOKENS + 1)
            row[TOKENS - length :] = draw.integers(1, VOCABULARY, length)
        # What there is to learn: how often the words 3 to 5 occur.
        labels = numpy.minimum(((ids > 2) & (ids < 6)).sum(1) // 2, classes - 1)
        optimiser.zero_grad()
        loss = loss_at(step, torch.tensor(ids), torch.tensor(labels, dtype=torch.float64))
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(trained, CLIP).item())
        optimiser.step()
        losses.append(loss.item())
        batches.append({"ids": ids.reshape(-1).tolist(), "labels": labels.tolist()})
    final = {name: numbers(values) for name, values in named.items()}
    clipped = sum(norm > CLIP for norm in norms)
    print(f"{cell or 'deep'}: {clipped} of {STEPS} steps clipped, loss {losses[0]:.3f} to {losses[-1]:.3f}")
    return {"architecture": architecture, "initial": initial, "batches": batches} | {
        "losses": losses,
        "norms": norms,
        "final": final,
    }


models = {cell: classifier(cell) for cell in [*OWN, "gru-reset-before"]} | {"deep": DEEP}
figures = {
    "torch": torch.__version__,
    "batch": {"size": BATCH, "tokens": TOKENS},
    "schedule": {"rate": RATE, "clip": CLIP, "seed": SEED},
    "models": {name: trajectory(seed, model) for seed, (name, model) in enumerate(models.items())},
}
text = json.dumps(figures, separators=(",", ":"))
FILE.write_text(text + "\n")
print(f"{FILE.name}: {len(text)} characters")
