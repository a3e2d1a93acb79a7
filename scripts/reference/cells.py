"""Gradients of every cell, from PyTorch's autograd in float64; each cell written by hand, apart from our parser.

Run from the repository's root, with torch and numpy installed:  python3 scripts/reference/cells.py

Writes src/lib/cells/figures/<cell>.json, which src/lib/cells/strangers.test.ts holds our gradients against.
The loss is sum over t of seeds[t] . output[t], so dL/d(output) at step t is seeds[t].
"""

import json
from pathlib import Path

import numpy
import torch
from torch import sigmoid, tanh

INPUT, UNITS, STEPS = 3, 4, 5
FIGURES = Path(__file__).parents[2] / "src/lib/cells/figures"
torch.set_default_dtype(torch.float64)


def elman(p, x, h):
    """One step: parameters, x and the states in; the named values out, states primed, in the order of the text."""
    h_new = tanh(p["W"] @ x + p["U"] @ h + p["b"])
    return {"h'": h_new}


def jordan(p, x, y):
    h = tanh(p["Wh"] @ x + p["Uh"] @ y + p["bh"])
    y_new = tanh(p["Wy"] @ h + p["by"])
    return {"h": h, "y'": y_new}


def lstm(p, x, c, h):
    f = sigmoid(p["Wf"] @ x + p["Uf"] @ h + p["bf"])
    i = sigmoid(p["Wi"] @ x + p["Ui"] @ h + p["bi"])
    o = sigmoid(p["Wo"] @ x + p["Uo"] @ h + p["bo"])
    g = tanh(p["Wg"] @ x + p["Ug"] @ h + p["bg"])
    c_new = f * c + i * g
    h_new = o * tanh(c_new)
    return {"f": f, "i": i, "o": o, "g": g, "c'": c_new, "h'": h_new}


def lstm_peephole(p, x, c, h):
    f = sigmoid(p["Wf"] @ x + p["Uf"] @ h + p["pf"] * c + p["bf"])
    i = sigmoid(p["Wi"] @ x + p["Ui"] @ h + p["pi"] * c + p["bi"])
    g = tanh(p["Wg"] @ x + p["Ug"] @ h + p["bg"])
    c_new = f * c + i * g
    o = sigmoid(p["Wo"] @ x + p["Uo"] @ h + p["po"] * c_new + p["bo"])
    h_new = o * tanh(c_new)
    return {"f": f, "i": i, "g": g, "c'": c_new, "o": o, "h'": h_new}


def lstm_coupled(p, x, c, h):
    f = sigmoid(p["Wf"] @ x + p["Uf"] @ h + p["bf"])
    i = 1 - f
    o = sigmoid(p["Wo"] @ x + p["Uo"] @ h + p["bo"])
    g = tanh(p["Wg"] @ x + p["Ug"] @ h + p["bg"])
    c_new = f * c + i * g
    h_new = o * tanh(c_new)
    return {"f": f, "i": i, "o": o, "g": g, "c'": c_new, "h'": h_new}


def gru_reset_before(p, x, h):
    z = sigmoid(p["Wz"] @ x + p["Uz"] @ h + p["bz"])
    r = sigmoid(p["Wr"] @ x + p["Ur"] @ h + p["br"])
    n = tanh(p["Wn"] @ x + p["Un"] @ (r * h) + p["bn"])
    h_new = (1 - z) * n + z * h
    return {"z": z, "r": r, "n": n, "h'": h_new}


def gru_reset_after(p, x, h):
    z = sigmoid(p["Wz"] @ x + p["bz"] + p["Uz"] @ h + p["cz"])
    r = sigmoid(p["Wr"] @ x + p["br"] + p["Ur"] @ h + p["cr"])
    n = tanh(p["Wn"] @ x + p["bn"] + r * (p["Un"] @ h + p["cn"]))
    h_new = (1 - z) * n + z * h
    return {"z": z, "r": r, "n": n, "h'": h_new}


def mgu(p, x, h):
    f = sigmoid(p["Wf"] @ x + p["Uf"] @ h + p["bf"])
    n = tanh(p["Wn"] @ x + p["Un"] @ (f * h) + p["bn"])
    h_new = (1 - f) * h + f * n
    return {"f": f, "n": n, "h'": h_new}


IN, VECTOR, SQUARE = (UNITS, INPUT), (UNITS,), (UNITS, UNITS)


def gates(letters, prefixes={"W": IN, "U": SQUARE, "b": VECTOR}):
    return {prefix + letter: shape for letter in letters for prefix, shape in prefixes.items()}


# By cell: the step, its states, the one that is given out, the shapes of its parameters.
CELLS = {
    "elman": (elman, ["h"], "h", {"W": IN, "U": SQUARE, "b": VECTOR}),
    "jordan": (jordan, ["y"], "y", gates("h") | {"Wy": SQUARE, "by": VECTOR}),
    "lstm": (lstm, ["c", "h"], "h", gates("fiog")),
    "lstm-peephole": (lstm_peephole, ["c", "h"], "h", gates("figo") | dict.fromkeys(["pf", "pi", "po"], VECTOR)),
    "lstm-coupled": (lstm_coupled, ["c", "h"], "h", gates("fog")),
    "gru-reset-before": (gru_reset_before, ["h"], "h", gates("zrn")),
    "gru-reset-after": (gru_reset_after, ["h"], "h", gates("zrn") | dict.fromkeys(["cz", "cr", "cn"], VECTOR)),
    "mgu": (mgu, ["h"], "h", gates("fn")),
}


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def figures(seed, step, states, output, shapes):
    draw = numpy.random.default_rng(seed).standard_normal

    def leaf(shape):
        # Rounded, so that the file stays small; the rounded number is the one both sides compute with.
        return torch.tensor(draw(shape).round(3), requires_grad=True)

    parameters = {name: leaf(shape) for name, shape in shapes.items()}
    inputs = [leaf(INPUT) for _ in range(STEPS)]
    initial = {name: leaf(UNITS) for name in states}
    seeds = [torch.tensor(draw(UNITS).round(3)) for _ in range(STEPS)]

    before, recorded = initial, []
    for x in inputs:
        values = step(parameters, x, **before)
        for value in values.values():
            value.retain_grad()
        recorded.append(values)
        before = {name: values[name + "'"] for name in states}
    loss = sum((seed * values[output + "'"]).sum() for seed, values in zip(seeds, recorded))
    loss.backward()

    def both(leaves):
        return {name: {"value": numbers(leaf), "gradient": numbers(leaf.grad)} for name, leaf in leaves.items()}

    return {
        "torch": torch.__version__,
        "sizes": {"input": INPUT, "units": UNITS},
        "seeds": [numbers(seed) for seed in seeds],
        "loss": loss.item(),
        "parameters": both(parameters),
        "inputs": [{"value": numbers(x), "gradient": numbers(x.grad)} for x in inputs],
        "initial": both(initial),
        "steps": [both(values) for values in recorded],
    }


if __name__ == "__main__":
    for seed, (name, cell) in enumerate(CELLS.items()):
        FIGURES.mkdir(exist_ok=True)
        text = json.dumps(figures(seed, *cell), separators=(",", ":"))
        (FIGURES / f"{name}.json").write_text(text + "\n")
    print(f"{name}: {len(text)} characters")
