"""Every layer of a model (src/lib/engine/architecture.ts), written by hand in PyTorch, float64; autograd does the rest.

What stands between two layers is (values [batch, steps, features] or [batch, features], mask [batch, steps] or None).
Nothing here is read off our graphs: cells are cells.py's, written out a second time.
"""

import torch
from cells import CELLS

torch.set_default_dtype(torch.float64)
ACTIVATIONS = {"linear": lambda a: a, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def mix(x):
    """`lowbias32` on 32-bit integers, as src/lib/engine/chance.ts."""
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return x ^ (x >> 16)


def keeping(rate, place, chance, count):
    """What `count` elements are multiplied by: 0 where they are dropped."""
    seed, step = chance
    key = mix((mix((mix(seed) + place) & 0xFFFFFFFF) + step) & 0xFFFFFFFF)
    limit = min(0xFFFFFFFF, round(rate * 2**32))
    kept = [0 if mix((key + index) & 0xFFFFFFFF) < limit else 1 / (1 - rate) for index in range(count)]
    return torch.tensor(kept, dtype=torch.float64)


def embedding(layer, weights, place, chance, ids, mask):
    table = weights[layer["name"] + ".table"]
    if not layer["masked"]:
        return table[ids], None
    # The padding's row is read, but no gradient goes there.
    return torch.where((ids == 0)[..., None], table[0].detach(), table[ids]), ids != 0


def dropout(layer, weights, place, chance, x, mask):
    if chance is None:
        return x, mask
    shape = (x.shape[0], 1, x.shape[-1]) if layer["spatial"] and x.dim() == 3 else x.shape
    return x * keeping(layer["rate"], place, chance, torch.Size(shape).numel()).reshape(shape), mask


# Recurrent dropout multiplies what U multiplies: h in these cells, and r * h in the GRU with reset before.
def lstm(p, x, c, h, k):
    f = torch.sigmoid(p["Wf"] @ x + p["Uf"] @ (k * h) + p["bf"])
    i = torch.sigmoid(p["Wi"] @ x + p["Ui"] @ (k * h) + p["bi"])
    o = torch.sigmoid(p["Wo"] @ x + p["Uo"] @ (k * h) + p["bo"])
    g = torch.tanh(p["Wg"] @ x + p["Ug"] @ (k * h) + p["bg"])
    c = f * c + i * g
    return {"c'": c, "h'": o * torch.tanh(c)}


def gru_reset_before(p, x, h, k):
    z = torch.sigmoid(p["Wz"] @ x + p["Uz"] @ (k * h) + p["bz"])
    r = torch.sigmoid(p["Wr"] @ x + p["Ur"] @ (k * h) + p["br"])
    n = torch.tanh(p["Wn"] @ x + p["Un"] @ (k * (r * h)) + p["bn"])
    return {"h'": (1 - z) * n + z * h}


WITH_DROPOUT = {"lstm": lstm, "gru-reset-before": gru_reset_before}


def read(step, states, output, parameters, row, counts, keep):
    """One example: every output, in the order of reading. Padding carries the states over."""
    size = next(iter(parameters.values())).shape[0]
    before = {name: torch.zeros(size) for name in states}
    outputs = []
    for x, counted in zip(row, counts):
        values = step(parameters, x, **before, **({} if keep is None else {"k": keep}))
        if counted:
            before = {name: values[name + "'"] for name in states}
        outputs.append(before[output])
    return outputs


def recurrent(layer, weights, place, chance, x, mask):
    step, states, output, shapes = CELLS[layer["cell"]]
    dropping = chance is not None and layer["recurrentDropout"] > 0
    sides = ["forward", "backward"] if layer["direction"] == "both" else [layer["direction"]]
    found = []
    for number, side in enumerate(sides):
        prefix = layer["name"] + (f".{side}." if len(sides) == 2 else ".")
        parameters = {name: weights[prefix + name] for name in shapes}
        keeps = [None] * len(x)
        if dropping:
            step = WITH_DROPOUT[layer["cell"]]
            units = layer["units"]
            keeps = keeping(layer["recurrentDropout"], place + 1000 * (number + 1), chance, len(x) * units)
            keeps = keeps.reshape(len(x), units)
        rows = []
        for example, row in enumerate(x):
            counts = [True] * len(row) if mask is None else mask[example].tolist()
            order = slice(None, None, -1) if side == "backward" else slice(None)
            row = list(row)[order]
            outputs = read(step, states, output, parameters, row, counts[order], keeps[example])
            rows.append(torch.stack(outputs[order]) if layer["sequences"] else outputs[-1])
        found.append(torch.stack(rows))
    return torch.cat(found, -1), mask if layer["sequences"] else None


def convolution(layer, weights, place, chance, x, mask):
    kernel, bias = weights[layer["name"] + ".kernel"], weights[layer["name"] + ".bias"]
    width = layer["width"]
    if layer["padding"] == "same":
        before = (width - 1) // 2
        x = torch.nn.functional.pad(x, (0, 0, before, width - 1 - before))
    steps = x.shape[1] - width + 1
    sums = sum(x[:, k : k + steps] @ kernel[k] for k in range(width))
    return ACTIVATIONS[layer["activation"]](sums + bias), None


def pooling(layer, weights, place, chance, x, mask):
    if layer["take"] == "max":
        # torch.max along a dimension gives a tie's gradient to one place, amax would share it.
        return x.max(1).values, None
    if mask is None:
        return x.mean(1), None
    counts = mask.to(x.dtype)[..., None]
    return (x * counts).sum(1) / counts.sum(1), None


def dense(layer, weights, place, chance, x, mask):
    sums = x @ weights[layer["name"] + ".weights"].T + weights[layer["name"] + ".bias"]
    return ACTIVATIONS[layer["activation"]](sums), mask


LAYERS = {
    "embedding": embedding,
    "dropout": dropout,
    "recurrent": recurrent,
    "convolution": convolution,
    "pooling": pooling,
    "dense": dense,
}


def outputs_of(architecture, weights, x, chance=None):
    """What the last layer gives, and its mask. `chance`: the seed and the step that dropout follows from."""
    mask = None
    for place, layer in enumerate(architecture["layers"]):
        x, mask = LAYERS[layer["kind"]](layer, weights, place, chance, x, mask)
    return x, mask


def loss_of(architecture, weights, x, labels, counted=None, chance=None):
    """The mean loss over the answers that count, how many are right, and the answers themselves."""
    outputs, mask = outputs_of(architecture, weights, x, chance)
    counts = counted if counted is not None else mask
    if counts is None:
        counts = torch.ones(outputs.shape[:-1], dtype=torch.bool)
    answers, labels = outputs[counts], labels[counts]
    functional = torch.nn.functional
    if architecture["loss"] == "verdict":
        loss = functional.binary_cross_entropy_with_logits(answers[:, 0], labels)
        right = ((answers[:, 0] > 0) == (labels > 0)).sum().item()
    elif architecture["loss"] == "classes":
        loss = functional.cross_entropy(answers, labels.long())
        right = (answers.argmax(-1) == labels).sum().item()
    else:
        loss = functional.mse_loss(answers, labels)
        right = 0
    return loss, right, outputs


def shapes_of(architecture):
    """Every variable's shape by name, in the order of the layers."""
    size = None if architecture["input"] == "ids" else architecture["input"]
    found = {}
    for layer in architecture["layers"]:
        name = layer["name"]
        match layer["kind"]:
            case "embedding":
                size = layer["size"]
                found[f"{name}.table"] = (layer["vocabulary"], size)
            case "recurrent":
                units, both = layer["units"], layer["direction"] == "both"
                # CELLS has shapes at its own sizes: a matrix that isn't square reads the input.
                shapes = CELLS[layer["cell"]][3]
                for side in ["forward.", "backward."] if both else [""]:
                    for parameter, shape in shapes.items():
                        own = (units,) if len(shape) == 1 else (units, units if shape[0] == shape[1] else size)
                        found[f"{name}.{side}{parameter}"] = own
                size = units * (2 if both else 1)
            case "convolution":
                found[f"{name}.kernel"] = (layer["width"], size, layer["filters"])
                found[f"{name}.bias"] = (layer["filters"],)
                size = layer["filters"]
            case "dense":
                found[f"{name}.weights"] = (layer["units"], size)
                found[f"{name}.bias"] = (layer["units"],)
                size = layer["units"]
    return found
