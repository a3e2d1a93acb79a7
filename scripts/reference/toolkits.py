"""What PyTorch's and Keras's own layers give for our cells' weights, in float64; with masks too, and counts.

Run from the repository's root, with torch, keras, tensorflow-cpu and numpy installed:
    python3 scripts/reference/toolkits.py

Writes src/lib/cells/figures/toolkits.json, which src/lib/cells/strangers.test.ts holds our cells against. Weights are
drawn under the names that our equations give them, then packed here into each toolkit's own layout:

- PyTorch: weight_ih [gates * units, input], weight_hh [gates * units, units], two biases; LSTM order i f g o,
  GRU order r z n. y = W x, as here.
- Keras: kernel [input, gates * units], recurrent_kernel [units, gates * units]; LSTM order i f c o, GRU order
  z r h. y = x K, so each gate's matrix stands transposed.
"""

import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy
import torch

INPUT, UNITS, STEPS = 3, 4, 6
FIGURES = Path(__file__).parents[2] / "src/lib/cells/figures/toolkits.json"
keras.config.set_floatx("float64")
# The second mask starts with padding and has it inside; the third ends with it.
MASKS = [[True] * STEPS, [False, True, True, False, True, True], [True, True, True, True, False, False]]


def draws(seed, gates, biases):
    """A cell's parameters by name: W, U and the given biases for each gate's suffix."""
    draw = numpy.random.default_rng(seed).standard_normal
    shapes = {"W": (UNITS, INPUT), "U": (UNITS, UNITS)} | dict.fromkeys(biases, (UNITS,))
    return {letter + gate: draw(shape).round(3) for gate in gates for letter, shape in shapes.items()}


def in_torch(layer, p, order, second_bias):
    """Loads a torch layer; `second_bias` is the letter of the biases beside U h, None where ours has none."""
    rows = {
        "weight_ih_l0": [p["W" + gate] for gate in order],
        "weight_hh_l0": [p["U" + gate] for gate in order],
        "bias_ih_l0": [p["b" + gate] for gate in order],
        "bias_hh_l0": [p[second_bias + gate] if second_bias else numpy.zeros(UNITS) for gate in order],
    }
    layer.double().load_state_dict({name: torch.tensor(numpy.concatenate(row)) for name, row in rows.items()})
    return lambda x: layer(torch.tensor(x)[None])[0][0].detach().numpy()


def in_keras(layer, p, order, second_bias):
    layer.build((None, STEPS, INPUT))
    bias = numpy.concatenate([p["b" + gate] for gate in order])
    if second_bias:
        bias = numpy.stack([bias, numpy.concatenate([p[second_bias + gate] for gate in order])])
    layer.set_weights(
        [
            numpy.concatenate([p["W" + gate].T for gate in order], axis=1),
            numpy.concatenate([p["U" + gate].T for gate in order], axis=1),
            bias,
        ]
    )
    return lambda x, mask: keras.ops.convert_to_numpy(layer(x[None], mask=numpy.array([mask])))[0]


def toolkits(gates, second_bias, torch_layer, keras_layer, seed):
    """`gates`: the gates' suffixes in the order of PyTorch and of Keras."""
    torch_order, keras_order = gates
    p = draws(seed, torch_order, ["b"] + ([second_bias] if second_bias else []))
    inputs = numpy.random.default_rng(100 + seed).standard_normal((STEPS, INPUT)).round(3)
    found = {
        "parameters": {name: value.reshape(-1).tolist() for name, value in p.items()},
        "inputs": inputs.tolist(),
        "keras": [],
    }
    if torch_layer:
        found["torch"] = in_torch(torch_layer(INPUT, UNITS, batch_first=True), p, torch_order, second_bias)(
            inputs
        ).tolist()
    if keras_layer:
        run = in_keras(keras_layer(UNITS, return_sequences=True), p, keras_order, second_bias)
        found["keras"] = [{"mask": mask, "outputs": run(inputs, mask).tolist()} for mask in MASKS]
        counted = keras_layer(16)
        counted.build((None, None, 8))
        found["count"] = {"sizes": {"input": 8, "units": 16}, "parameters": counted.count_params()}
    return found


def gru(reset_after):
    return lambda units, **options: keras.layers.GRU(units, reset_after=reset_after, **options)


cells = {
    "elman": toolkits(([""], [""]), None, torch.nn.RNN, keras.layers.SimpleRNN, 1),
    "lstm": toolkits(("ifgo", "ifgo"), None, torch.nn.LSTM, keras.layers.LSTM, 2),
    "gru-reset-before": toolkits(("rzn", "zrn"), None, None, gru(False), 3),
    "gru-reset-after": toolkits(("rzn", "zrn"), "c", torch.nn.GRU, gru(True), 4),
}
figures = {
    "versions": {"torch": torch.__version__, "keras": keras.__version__, "backend": keras.backend.backend()},
    "sizes": {"input": INPUT, "units": UNITS},
    "cells": cells,
}
text = json.dumps(figures, separators=(",", ":"))
FIGURES.write_text(text + "\n")
print(f"{FIGURES.name}: {len(text)} characters")
for name, found in cells.items():
    # Both toolkits were given the same weights: where they differ, the packing above is wrong.
    if "torch" in found:
        print(name, "Keras less PyTorch:", numpy.abs(numpy.subtract(found["keras"][0]["outputs"], found["torch"])).max())
