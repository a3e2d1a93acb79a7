"""Measures, in float64 with PyTorch's own autograd, everything that the LSTM lesson says about its networks.

    python3 scripts/lesson-weights.py         # first: trains the networks
    python3 scripts/reference/lstm-lesson.py  # about two minutes; writes src/lessons/data/measured.json and states.json

`states.json` holds every named value of the shipped LSTM on the lesson's sentences, which the site's own equations
must reproduce (src/lessons/data/lstm.test.ts). `measured.json` holds the figures in the lesson's prose and tables.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location('lesson_weights', HERE.parent / 'lesson-weights.py')
weights = importlib.util.module_from_spec(spec)
spec.loader.exec_module(weights)

DATA = weights.DATA
TOKENS = weights.SETTINGS['tokens']
# Reviews whose gradients are measured: the first so many of the test part that fill all 128 places.
REVIEWS = 500


class Network:
    """A trained network's equations, step by step, so that every value can be asked for its gradient."""

    def __init__(self, cell, seed):
        saved, self.facts = weights.opened(cell, seed)
        for name in saved.files:
            if name != 'facts':
                setattr(self, name, torch.from_numpy(saved[name]).double())
        self.gated = cell != 'elman'
        self.memory = 'c' if self.gated else 'h'

    def initial(self, batch):
        zeros = torch.zeros(batch, weights.SETTINGS['units'], dtype=torch.float64)
        return {'c': zeros, 'h': zeros} if self.gated else {'h': zeros}

    def step(self, x, state):
        """x [batch, input], state by name [batch, units] -> every named value of the step."""
        h = state['h']
        if not self.gated:
            return {"h'": torch.tanh(x @ self.W.T + h @ self.U.T + self.b)}
        f = torch.sigmoid(x @ self.Wf.T + h @ self.Uf.T + self.bf)
        i = torch.sigmoid(x @ self.Wi.T + h @ self.Ui.T + self.bi)
        o = torch.sigmoid(x @ self.Wo.T + h @ self.Uo.T + self.bo)
        g = torch.tanh(x @ self.Wg.T + h @ self.Ug.T + self.bg)
        c = f * state['c'] + i * g
        return {'f': f, 'i': i, 'o': o, 'g': g, "c'": c, "h'": o * torch.tanh(c)}

    def odds(self, h):
        return h @ self.head_weights + self.head_bias

    def read(self, ids, keep_gradients=False, without=None):
        """ids [batch, steps], no padding. `without` holds one unit's state at zero throughout. -> values of each step."""
        state, steps = self.initial(len(ids)), []
        if keep_gradients:
            state = {name: value.clone().requires_grad_() for name, value in state.items()}
        for t in range(ids.shape[1]):
            values = self.step(self.embedding[ids[:, t]], state)
            state = {name: values[f"{name}'"] for name in state}
            if without is not None:
                mask = torch.ones(weights.SETTINGS['units'], dtype=torch.float64)
                mask[without] = 0
                state = {name: value * mask for name, value in state.items()}
            if keep_gradients:
                for value in values.values():
                    value.retain_grad()
            steps.append(values)
        return steps


def quantiles(values):
    """Least to largest, with the median in the middle."""
    return dict(zip(['p10', 'p25', 'median', 'p75', 'p90'], np.quantile(values, [.1, .25, .5, .75, .9]).tolist()))


def gradients(network, ids):
    """How large the gradient of the verdict's log-odds is at the memory (LSTM c, Elman h) k words back, as a share
    of its size at the last word. Returns [reviews, tokens] for all paths, and for the path through f alone."""
    steps = network.read(ids, keep_gradients=True)
    network.odds(steps[-1]["h'"]).sum().backward()
    name = f"{network.memory}'"
    norms = torch.stack([step[name].grad.norm(dim=1) for step in steps], dim=1)
    every = (norms / norms[:, -1:]).flip(1)
    if not network.gated:
        return every.numpy(), None
    alone, direct = steps[-1][name].grad, []
    for t in range(len(steps) - 1, -1, -1):
        direct.append(alone.norm(dim=1))
        alone = alone * steps[t]['f'].detach()
    direct = torch.stack(direct, dim=1)
    return every.numpy(), (direct / direct[:, :1]).numpy()


def only_last(network, ids):
    """How far the probability moves when only the last k words are read, from a zero state: mean over the reviews."""
    with torch.no_grad():
        full = torch.sigmoid(network.odds(network.read(ids)[-1]["h'"]))
        moved = {}
        for k in (4, 8, 16, 32, 64):
            part = torch.sigmoid(network.odds(network.read(ids[:, -k:])[-1]["h'"]))
            moved[str(k)] = (part - full).abs().mean().item()
    return moved


def final_states(network, test, without=None):
    """The memory, the output and (LSTM) the mean of f over each review's words, at every test review's last word."""
    ids, lengths, _ = test
    memory, output, kept, words = [], [], 0, 0
    with torch.no_grad():
        for k in range(0, len(ids), 500):
            rows, ends = ids[k:k + 500], lengths[k:k + 500]
            steps = network.read(rows, without=without)
            every = lambda name: torch.stack([step[name] for step in steps], dim=1)
            last = torch.arange(len(rows)), ends - 1
            h = every("h'")[last]
            if without is not None:
                h = h.clone()
                h[:, without] = 0
            output.append(h)
            memory.append(every(f"{network.memory}'")[last])
            if network.gated:
                real = (torch.arange(rows.shape[1]) < ends[:, None]).double()[:, :, None]
                kept = kept + (every('f') * real).sum((0, 1))
                words += int(ends.sum())
    return torch.cat(memory), torch.cat(output), kept / words if words else None


def units(network, test):
    """What each unit does, over the whole test part."""
    labels = test[2].numpy() > 0.5
    memory, output, kept = final_states(network, test)
    accuracy = lambda odds: float(((odds > 0).numpy() == labels).mean())
    whole = accuracy(network.odds(output))
    rows = []
    for unit in range(weights.SETTINGS['units']):
        values = memory[:, unit].numpy()
        # One threshold on this number alone, the better of both directions, chosen on the first half, read on the second.
        half = len(values) // 2
        cuts = np.quantile(values[:half], np.linspace(.02, .98, 97))
        shares = np.array([((values[:half] > cut) == labels[:half]).mean() for cut in cuts])
        best = int(np.argmax(np.abs(shares - .5)))
        upwards = shares[best] > .5
        alone = float((((values[half:] > cuts[best]) == labels[half:]) == upwards).mean())
        _, held, _ = final_states(network, test, without=unit)
        rows.append(dict(
            unit=unit,
            meanForget=float(kept[unit]) if kept is not None else None,
            alone=alone,
            without=accuracy(network.odds(held)),
            head=float(network.head_weights[unit]),
        ))
    return dict(accuracy=whole, units=rows)


def jacobian(network, steps, t):
    """dc_t/dc_{t-1} on one sentence, row = unit of c_t: all of it, c_{t-1} reaching h_{t-1} as well as the line of c."""
    before = {name: steps[t - 1][f"{name}'"].detach()[0] for name in 'ch'}
    o = steps[t - 1]['o'].detach()[0]
    x = network.embedding[network.sentence[t]]

    def next_cell(c):
        return network.step(x[None], {'c': c[None], 'h': (o * torch.tanh(c))[None]})["c'"][0]

    return torch.autograd.functional.jacobian(next_cell, before['c'])


def sentence_states(network, ids):
    """Every named value and the gradient of the log-odds at it, for one sentence: [steps][units]."""
    network.sentence = ids
    steps = network.read(ids[None], keep_gradients=True)
    network.odds(steps[-1]["h'"]).sum().backward()
    lists = lambda pick: [pick(step)[0].tolist() for step in steps]
    names = list(steps[0])
    return dict(
        ids=ids.tolist(),
        values={name: lists(lambda step: step[name].detach()) for name in names},
        gradients={name: lists(lambda step: step[name].grad) for name in names},
        odds=[network.odds(step["h'"].detach())[0].item() for step in steps],
        # At the third word from the end, where the lesson takes it apart.
        jacobian=dict(step=len(steps) - 3, matrix=jacobian(network, steps, len(steps) - 3).tolist()),
    )


def sentence_ids():
    ids = {word: 3 + k for k, word in enumerate(weights.words())}
    sentences = json.loads((DATA / 'sentences.json').read_text())
    return {s['id']: torch.tensor([weights.START] + [ids[word] for word in s['text'].split()]) for s in sentences}


def main():
    torch.set_num_threads(2)
    seeds = sorted(int(path.stem.split('-')[1]) for path in weights.CACHE.glob('lstm-[0-9]*.npz'))
    test = weights.part([weights.manifest()['test']])
    long = test[0][test[1] == TOKENS][:REVIEWS]
    shipped = weights.SHIPPED_SEED

    through_time, forgets, accuracies = {}, {}, {}
    for cell in ('lstm', 'elman'):
        by_seed = []
        for seed in seeds:
            network = Network(cell, seed)
            every, alone = gradients(network, long)
            sample = [k for k in (1, 2, 5, 10, 20, 40, 60, 80, 100, TOKENS - 1)]
            record = dict(
                seed=seed,
                back={str(k): quantiles(every[:, k]) for k in sample},
                grew={str(k): int((every[:, k] > 1).sum()) for k in sample},
            )
            if alone is not None:
                record['forgetAlone'] = {str(k): quantiles(alone[:, k]) for k in sample}
            if seed == shipped:
                record['curve'] = [quantiles(every[:, k]) for k in range(TOKENS)]
                record['reviews40'] = sorted(every[:, 40].tolist())
                if alone is not None:
                    record['forgetAloneCurve'] = [quantiles(alone[:, k])['median'] for k in range(TOKENS)]
            by_seed.append(record)
            print(cell, seed, record['back']['40'], flush=True)
        through_time[cell] = by_seed
        forgets[cell] = [dict(seed=seed, moved=only_last(Network(cell, seed), long)) for seed in seeds]
    for cell in weights.CELLS:
        accuracies[cell] = [dict(seed=seed, **Network(cell, seed).facts) for seed in seeds]

    (DATA / 'measured.json').write_text(json.dumps(dict(
        reviews=len(long), tokens=TOKENS, seeds=seeds, shippedSeed=shipped,
        throughTime=through_time, onlyLast=forgets, units=dict(seed=shipped, **units(Network('lstm', shipped), test)), accuracies=accuracies,
    ), indent=1) + '\n')
    network = Network('lstm', shipped)
    (DATA / 'states.json').write_text(json.dumps({
        name: sentence_states(network, ids) for name, ids in sentence_ids().items()
    }) + '\n')


if __name__ == '__main__':
    main()
