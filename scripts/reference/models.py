"""Loss and gradients of whole models, from layers written by hand in PyTorch, and outputs from Keras's own layers.

Run from the repository's root, with torch, keras, tensorflow-cpu and numpy installed:
    python3 scripts/reference/models.py

Writes src/lib/engine/testing/figures/models.json, which src/lib/engine/reference.test.ts holds the float64 reference
against. Keras is asked wherever its layers say the same as ours: without dropout while training.
"""

import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy
import torch
from layers import loss_of, outputs_of, shapes_of

FILE = Path(__file__).parents[2] / "src/lib/engine/testing/figures/models.json"
keras.config.set_floatx("float64")


def words(size, *, vocabulary=9, trained=True, masked=True):
    return {"kind": "embedding", "name": "words", "vocabulary": vocabulary, "size": size} | {
        "trained": trained,
        "masked": masked,
    }


def cell(name, which, units, direction="forward", sequences=False, dropout=0):
    return {"kind": "recurrent", "name": name, "cell": which, "units": units, "direction": direction} | {
        "sequences": sequences,
        "recurrentDropout": dropout,
        "starts": [],
    }


def drop(name, rate, spatial=False):
    return {"kind": "dropout", "name": name, "rate": rate, "spatial": spatial}


def convolve(name, filters, width, padding, activation):
    return {"kind": "convolution", "name": name, "filters": filters, "width": width} | {
        "padding": padding,
        "activation": activation,
    }


def pool(name, take):
    return {"kind": "pooling", "name": name, "take": take}


def dense(name, units, activation="linear"):
    return {"kind": "dense", "name": name, "units": units, "activation": activation}


MODELS = {
    "classifier": ("ids", "verdict", [words(3), cell("cell", "lstm", 4), dense("head", 1)]),
    "classifier with dropout": (
        "ids",
        "verdict",
        [words(3), drop("some", 0.3), cell("cell", "lstm", 4, dropout=0.4), drop("more", 0.2), dense("head", 1)],
    ),
    "spatial and recurrent dropout, both directions, reset before": (
        "ids",
        "verdict",
        [
            words(3),
            drop("features", 0.4, spatial=True),
            cell("cell", "gru-reset-before", 3, "both", dropout=0.5),
            dense("head", 1),
        ],
    ),
    "two cells, one in both directions": (
        "ids",
        "classes",
        [
            words(3),
            cell("low", "gru-reset-after", 3, "both", sequences=True),
            cell("high", "elman", 4, "backward"),
            dense("middle", 5, "relu"),
            dense("head", 3),
        ],
    ),
    "convolution, the largest of all steps": (
        "ids",
        "verdict",
        [
            words(3, masked=False),
            convolve("pattern", 4, 4, "same", "relu"),
            pool("most", "max"),
            dense("middle", 3, "tanh"),
            dense("head", 1),
        ],
    ),
    "frozen words, convolutions, a cell over them": (
        "ids",
        "numbers",
        [
            words(3, trained=False),
            convolve("low", 4, 3, "valid", "sigmoid"),
            convolve("high", 3, 2, "same", "tanh"),
            cell("cell", "gru-reset-before", 3),
            dense("head", 2),
        ],
    ),
    "mean over the words of both directions": (
        "ids",
        "verdict",
        [words(3), cell("cell", "elman", 3, "both", sequences=True), pool("mean", "mean"), dense("head", 1)],
    ),
    "mean without a mask": (
        "ids",
        "classes",
        [words(3, masked=False), drop("some", 0.25), pool("mean", "mean"), dense("head", 4, "sigmoid")],
    ),
    "a class for every step": (
        5,
        "classes",
        [cell("cell", "lstm", 3, "both", sequences=True), dense("head", 3)],
    ),
    "a class for steps that count": (
        5,
        "classes",
        [cell("cell", "lstm-peephole", 3, "backward", sequences=True), dense("head", 3)],
    ),
    "a verdict at every word": ("ids", "verdict", [words(3), cell("cell", "mgu", 3, sequences=True), dense("head", 1)]),
    "numbers at every step": (
        2,
        "numbers",
        [cell("cell", "jordan", 3, sequences=True), drop("some", 0.3), dense("head", 2)],
    ),
}
COUNTED = {"a class for steps that count"}
SIZE, TOKENS, CHANCE = 4, 6, (4_000_000_007, 3)


def in_float32(values):
    """Rounded to what a batch's float32 arrays hold exactly."""
    return (64 * values).round() / 64


def examples_of(architecture, draw, steps_out):
    """Ids with padding before, after and between words; labels for every answer."""
    if architecture["input"] == "ids":
        x = draw.integers(1, 9, (SIZE, TOKENS))
        x[1, :3] = 0
        x[2, 2] = x[2, 4:] = 0
        x = torch.tensor(x)
    else:
        x = torch.tensor(in_float32(draw.normal(0, 1, (SIZE, TOKENS, architecture["input"]))))
    answers = (SIZE, *([] if steps_out is None else [steps_out]))
    outputs = architecture["layers"][-1]["units"]
    match architecture["loss"]:
        case "verdict":
            labels = draw.integers(0, 2, answers)
        case "classes":
            labels = draw.integers(0, outputs, answers)
        case _:
            labels = in_float32(draw.normal(0, 1, (*answers, outputs)))
    return x, torch.tensor(labels, dtype=torch.float64)


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def figures(seed, architecture, name):
    draw = numpy.random.default_rng(seed)
    weights = {
        variable: torch.tensor(draw.normal(0, 0.7, shape).round(3), requires_grad=True)
        for variable, shape in shapes_of(architecture).items()
    }
    shape = outputs_of(architecture, weights, examples_of(architecture, draw, None)[0])[0].shape
    x, labels = examples_of(architecture, draw, shape[1] if len(shape) == 3 else None)
    counted = torch.tensor(draw.random(shape[:-1]) < 0.6) if name in COUNTED else None
    dropped = any(layer["kind"] == "dropout" or layer.get("recurrentDropout") for layer in architecture["layers"])
    chance = CHANCE if dropped else None
    loss, right, outputs = loss_of(architecture, weights, x, labels, counted, chance)
    loss.backward()
    found = {
        "architecture": architecture,
        "examples": {
            "size": SIZE,
            "tokens": TOKENS,
            ("ids" if architecture["input"] == "ids" else "vectors"): numbers(x),
            "labels": numbers(labels),
        }
        | ({} if counted is None else {"counted": [int(counts) for counts in numbers(counted)]}),
        "weights": {variable: numbers(values) for variable, values in weights.items()},
        "loss": loss.item(),
        "right": right,
        "outputs": numbers(outputs),
        "gradients": {variable: numbers(values.grad) for variable, values in weights.items() if trained(architecture, variable)},
    }
    if chance:
        found["dropout"] = dict(zip(["seed", "step"], chance))
    theirs = in_keras(architecture, weights)
    if theirs is not None:
        given = keras.ops.convert_to_numpy(theirs(x.numpy()))
        found["keras"] = given.reshape(-1).tolist()
        ours = outputs_of(architecture, weights, x)[0].detach().numpy()
        print(f"{name}: Keras less PyTorch: {numpy.abs(given - ours).max():.1e}")
    return found


def trained(architecture, variable):
    layer = next(layer for layer in architecture["layers"] if variable.startswith(layer["name"] + "."))
    return layer.get("trained", True)


KERAS_CELLS = {
    "elman": (keras.layers.SimpleRNN, [""], None),
    "lstm": (keras.layers.LSTM, "ifgo", None),
    "gru-reset-before": (lambda units, **options: keras.layers.GRU(units, reset_after=False, **options), "zrn", None),
    "gru-reset-after": (keras.layers.GRU, "zrn", "c"),
}


def in_keras(architecture, weights):
    """The same model of Keras's own layers; None where Keras has no such cell."""
    values = {name: tensor.detach().numpy() for name, tensor in weights.items()}
    loaded = []

    def cell_of(layer, backwards=False):
        return KERAS_CELLS[layer["cell"]][0](
            layer["units"], return_sequences=layer["sequences"], go_backwards=backwards
        )

    def load_cell(made, layer, prefix):
        _, gates, second = KERAS_CELLS[layer["cell"]]

        def stacked(letter):
            return numpy.concatenate([values[prefix + letter + gate].T for gate in gates], axis=-1)

        bias = numpy.stack([stacked("b"), stacked(second)]) if second else stacked("b")
        made.set_weights([stacked("W"), stacked("U"), bias])

    layers = []
    for layer in architecture["layers"]:
        name = layer["name"]
        match layer["kind"]:
            case "embedding":
                layers.append(keras.layers.Embedding(layer["vocabulary"], layer["size"], mask_zero=layer["masked"]))
                loaded.append(lambda made=layers[-1], name=name: made.set_weights([values[f"{name}.table"]]))
            case "recurrent":
                if layer["cell"] not in KERAS_CELLS:
                    return None
                if layer["direction"] == "both":
                    made = keras.layers.Bidirectional(cell_of(layer))
                    for which in ["forward", "backward"]:
                        # Keras makes its two layers itself: they are there when the weights are loaded.
                        loaded.append(
                            lambda made=made, layer=layer, which=which: load_cell(
                                getattr(made, which + "_layer"), layer, f"{layer['name']}.{which}."
                            )
                        )
                else:
                    made = cell_of(layer, layer["direction"] == "backward")
                    loaded.append(lambda made=made, layer=layer: load_cell(made, layer, f"{layer['name']}."))
                layers.append(made)
            case "convolution":
                layers.append(
                    keras.layers.Conv1D(
                        layer["filters"], layer["width"], padding=layer["padding"], activation=layer["activation"]
                    )
                )
                loaded.append(
                    lambda made=layers[-1], name=name: made.set_weights([values[f"{name}.kernel"], values[f"{name}.bias"]])
                )
            case "pooling":
                pooled = keras.layers.GlobalMaxPooling1D if layer["take"] == "max" else keras.layers.GlobalAveragePooling1D
                layers.append(pooled())
            case "dense":
                layers.append(keras.layers.Dense(layer["units"], activation=layer["activation"]))
                loaded.append(
                    lambda made=layers[-1], name=name: made.set_weights([values[f"{name}.weights"].T, values[f"{name}.bias"]])
                )
    model = keras.Sequential(layers)
    shape = (SIZE, TOKENS) if architecture["input"] == "ids" else (SIZE, TOKENS, architecture["input"])
    model(numpy.zeros(shape, "int64" if architecture["input"] == "ids" else "float64"))
    for load in loaded:
        load()
    return model


found = {}
for seed, (name, (given, loss, layers)) in enumerate(MODELS.items()):
    found[name] = figures(seed, {"input": given, "loss": loss, "layers": layers}, name)
FILE.parent.mkdir(exist_ok=True)
versions = {"torch": torch.__version__, "keras": keras.__version__, "backend": keras.backend.backend()}
text = json.dumps({"versions": versions, "models": found}, separators=(",", ":"))
FILE.write_text(text + "\n")
print(f"{FILE.name}: {len(text)} characters")
