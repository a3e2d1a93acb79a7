"""The code of cells as the site writes it, run: NumPy, PyTorch with gradients, Keras through RNN(cell); float64.

Run from the repository's root after `npm ci`, with numpy, torch, keras and tensorflow installed:

    python3 scripts/reference/cell-code.py [RANDOM]

scripts/reference/cell-code.cases.ts gives the cells (every listed one, strange ones, and RANDOM random ones, 200 where nothing is
said), their files, and what the site's own `numbers` makes of them; the states after each of five steps must be the
same to 1e-12, PyTorch's gradients to 1e-10, of every dialect. The listed, the strange and the first twelve random cells
are written to src/lib/equations/code/figures/code.json, with the hash of each file, for code.test.ts: where the code
changes, that test says to run this again. KERAS_BACKEND=torch runs Keras on PyTorch, where it is single precision only.
"""

import hashlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy
import torch

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "src/lib/equations/code/figures/code.json"
RANDOM, KEPT = int(sys.argv[1]) if len(sys.argv) > 1 else 200, 12
# A batch's rows: the sequence in question first; the others must not disturb it.
ROWS = 3
torch.set_default_dtype(torch.float64)
# Keras 3.15 has double precision on TensorFlow alone (`keras/src/backend/common/dtypes.py`).
FLOAT = "float64" if keras.backend.backend() == "tensorflow" else "float32"
keras.config.set_floatx(FLOAT)
STATES, GRADIENTS, SINGLE = 1e-12, 1e-10, 1e-5
BOUNDS = {"numpy": STATES, "pytorch": STATES, "gradients": GRADIENTS, "tfjs": SINGLE}
BOUNDS["keras"] = STATES if FLOAT == "float64" else SINGLE
# Overflow on the way to a finite value, a plain infinity in the text: the values say whether it mattered.
warnings.simplefilter("ignore")
numpy.seterr(all="ignore")


def check_members():
    """members.ts has the names of what every layer has, which no weight may be called."""
    known = (ROOT / "src/lib/equations/code/members.ts").read_text()
    module, layer = (set(part.replace("'", " ").split()) for part in known.split("LAYER_MEMBERS"))
    for listed, made in (module, torch.nn.Module()), (module | layer, keras.layers.Layer()):
        missing = {name for name in dir(made) if not name.startswith("_")} - listed
        assert not missing, f"members.ts lacks {' '.join(sorted(missing))}"


def load(source, title):
    namespace = {"__name__": title}
    exec(compile(source, title, "exec"), namespace)
    return namespace


def matrices(case, numbers):
    return {name: numpy.array(numbers[name]).reshape(shape) for name, shape in case["shapes"].items()}


def others(array, seed):
    """A batch [ROWS, ...] whose first row is the array."""
    draw = numpy.random.default_rng(seed).standard_normal
    return numpy.stack([array, *(draw(array.shape) for _ in range(ROWS - 1))])


def error(received, expected):
    """The largest difference, relative to the largest number, or to 1 where all are smaller."""
    received, expected = numpy.asarray(received), numpy.asarray(expected)
    assert received.shape == expected.shape, f"shape {received.shape}, expected {expected.shape}"
    if expected.size == 0:
        return 0.0
    return float(numpy.max(numpy.abs(received - expected)) / max(1.0, numpy.max(numpy.abs(expected))))


def in_numpy(case):
    module = load(case["files"]["numpy"], case["title"])
    names = case["renamed"]["numpy"]
    weights = {names.get(name, name): value for name, value in matrices(case, case["parameters"]).items()}
    units = case["sizes"]["units"]
    started = module["initial_weights"](case["sizes"]["input"], units, numpy.random.default_rng(1))
    assert {name: value.shape for name, value in started.items()} == {n: v.shape for n, v in weights.items()}
    for name, value in case["starts"].items():
        assert (started[name] == value).all(), f"{name} does not start at {value}"
    states = [numpy.array(case["initial"][name]) for name in case["states"]]
    steps = []
    for x in case["inputs"]:
        after = module["step"](numpy.array(x), *states, **weights)
        states = list(after) if isinstance(after, tuple) else [after]
        steps.append(states)
    outputs = module["run"](numpy.array(case["inputs"]), weights, units)
    assert outputs.shape == (len(steps), units)
    return {name: [step[k].tolist() for step in steps] for k, name in enumerate(case["states"])}


def in_torch(case):
    module = load(case["files"]["pytorch"], case["title"])
    names = case["renamed"]["pytorch"]
    cell = module[case["className"]](case["sizes"]["input"], case["sizes"]["units"])
    weights = {name: getattr(cell, names.get(name, name)) for name in case["shapes"]}
    assert len(list(cell.parameters())) == len(weights)
    for name, value in case["starts"].items():
        assert (weights[name] == value).all(), f"{name} does not start at {value}"
    with torch.no_grad():
        for name, value in matrices(case, case["parameters"]).items():
            assert weights[name].shape == value.shape
            weights[name].copy_(torch.tensor(value))
    inputs = torch.tensor(others(numpy.array(case["inputs"]), 1))
    states = [torch.tensor(others(numpy.array(case["initial"][name]), 2)) for name in case["states"]]
    steps = []
    for x in inputs.unbind(1):
        after = cell.step(x, *states)
        states = list(after) if isinstance(after, tuple) else [after]
        steps.append(states)
    output = list(case["states"]).index(case["output"])
    loss = sum((torch.tensor(seed) * step[output][0]).sum() for seed, step in zip(case["seeds"], steps))
    gradients = {name: numpy.zeros(weight.numel()) for name, weight in weights.items()}
    if loss.requires_grad:
        loss.backward()
        gradients |= {n: w.grad.numpy().reshape(-1) for n, w in weights.items() if w.grad is not None}
    outputs = cell(inputs)
    assert outputs.shape == (ROWS, len(steps), case["sizes"]["units"])
    states = {name: [step[k][0].tolist() for step in steps] for k, name in enumerate(case["states"])}
    return states, {name: gradient.tolist() for name, gradient in gradients.items()}


def in_keras(case):
    module = load(case["files"]["keras"], case["title"])
    names = case["renamed"]["keras"]
    layer = keras.layers.RNN(module[case["className"]](case["sizes"]["units"]), return_sequences=True, return_state=True)
    inputs = others(numpy.array(case["inputs"]), 1).astype(FLOAT)
    initial = [others(numpy.array(case["initial"][name]), 2).astype(FLOAT) for name in case["states"]]
    layer(inputs, initial_state=initial)
    assert len(layer.cell.weights) == len(case["shapes"])
    for name, value in case["starts"].items():
        assert (keras.ops.convert_to_numpy(getattr(layer.cell, names.get(name, name))) == value).all()
    for name, value in matrices(case, case["parameters"]).items():
        getattr(layer.cell, names.get(name, name)).assign(value.T)
    found = {name: [] for name in case["states"]}
    # The layer gives its states after the last step alone, so it reads the sequence so far after each.
    for last in range(1, len(case["inputs"]) + 1):
        outputs, *after = layer(inputs[:, :last], initial_state=initial)
        for name, state in zip(case["states"], after):
            found[name].append(keras.ops.convert_to_numpy(state)[0].tolist())
        given = found[case["output"]][-1]
        assert error(keras.ops.convert_to_numpy(outputs)[0, -1], given) == 0
    return found


def run(case):
    numpy_states = in_numpy(case)
    torch_states, gradients = in_torch(case)
    found = {"numpy": numpy_states, "pytorch": torch_states, "keras": in_keras(case)}
    errors = {
        dialect: max(error(states[name], expected) for name, expected in case["states"].items())
        for dialect, states in found.items()
    }
    errors["gradients"] = max([error(gradients[name], g) for name, g in case["gradients"].items()] or [0])
    if "tfjs" in case:
        errors["tfjs"] = case["tfjs"]
    return numpy_states, gradients, errors


def main():
    check_members()
    node = ["npx", "-c", f"node scripts/reference/cell-code.cases.ts {RANDOM}"]
    cases = json.loads(subprocess.run(node, cwd=ROOT, check=True, capture_output=True).stdout)
    kept, worst, failed, random = [], {}, 0, 0
    for case in cases:
        try:
            states, gradients, errors = run(case)
        except Exception as fault:
            failed += 1
            print(f"{case['title']}: {type(fault).__name__}: {fault}\n{case['equations']}\n")
            continue
        for dialect, size in errors.items():
            worst[dialect] = max(worst.get(dialect, 0), size)
            if size > BOUNDS[dialect]:
                failed += 1
                print(f"{case['title']}: {dialect} is off by {size}\n{case['equations']}\n")
        random += case["random"]
        if not case["random"] or random <= KEPT:
            hashes = {name: hashlib.sha256(file.encode()).hexdigest() for name, file in case["files"].items()}
            kept.append(
                {name: case[name] for name in ("title", "equations", "starts", "seed", "sizes")}
                | {"files": hashes, "states": states, "gradients": gradients}
            )
    print(f"{len(cases)} cells, {failed} faults; largest differences: {worst}")
    if failed:
        sys.exit(1)
    versions = {"numpy": numpy.__version__, "torch": torch.__version__, "keras": keras.__version__}
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps({"versions": versions, "cases": kept}, separators=(",", ":")) + "\n")
    print(f"{FIGURES.relative_to(ROOT)}: {len(kept)} cells, {FIGURES.stat().st_size} bytes")


main()
