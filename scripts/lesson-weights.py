"""Trains the small networks that the LSTM lesson shows, on the site's own data pack.

    npx -c 'node scripts/data-pack.ts'        # writes public/imdb/
    python3 scripts/lesson-weights.py         # needs torch and numpy; about two minutes a network on one core

Equations are the site's, one bias a line; padding carries the state (rows are padded on the right and the state
is read at each review's last word, which is the same); the epoch with the best validation accuracy is kept.
Every network lands in node_modules/.cache/lesson-weights/ for scripts/reference/lstm-lesson.py to measure;
the two that the lesson ships (seed 1) are written to src/lessons/data/ with the vectors of the lesson's words.
"""

import argparse
import base64
import gzip
import hashlib
import json
import math
import platform
import time
from datetime import date
from pathlib import Path

import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / 'public' / 'imdb'
CACHE = ROOT / 'node_modules' / '.cache' / 'lesson-weights'
DATA = ROOT / 'src' / 'lessons' / 'data'

SETTINGS = dict(
    units=16, embedding=16, reviews=20_000, tokens=128, vocabulary=8_000,
    batch=32, epochs=6, rate=1e-3, clip=5.0, dropout=0.5,
)
SHIPPED_SEED = 1
START, OUT_OF_VOCABULARY = 1, 2

# The networks by the name of their file. `gates` says where each of the site's parameters lies in PyTorch's
# stacked matrices: nn.LSTM stacks i, f, g, o.
CELLS = {
    'lstm': dict(module=nn.LSTM, gates=['i', 'f', 'g', 'o'], forget_bias=1.0),
    'lstm-forget-bias-0': dict(module=nn.LSTM, gates=['i', 'f', 'g', 'o'], forget_bias=0.0),
    'elman': dict(module=nn.RNN, gates=[''], forget_bias=None),
}


def manifest():
    return json.loads((PACK / 'manifest.json').read_text())


def pack_name():
    """What tells this pack's ids from another pack's: the vocabulary's checksum."""
    return manifest()['vocabulary']['sha256']


def contents(entry):
    """A file of the pack, unpacked; refuses a damaged one."""
    raw = (PACK / entry['path']).read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != entry['sha256']:
        raise SystemExit(f"{entry['path']} has SHA-256 {found}, the manifest says {entry['sha256']}; build the pack again.")
    return gzip.decompress(raw)


def words():
    """The vocabulary's words; word k has the id 3 + k."""
    return contents(manifest()['vocabulary']).decode().split('\n')


def shard(entry):
    """A shard's reviews as (list of id arrays, labels); src/lib/imdb/shard.ts has the format."""
    plain = contents(entry)
    _, count, tokens = np.frombuffer(plain, '<u4', 3)
    labels = np.frombuffer(plain, 'u1', count, 12)
    lengths = np.frombuffer(plain, '<u2', count, 12 + count).astype(int)
    body = np.frombuffer(plain, 'u1', offset=12 + 3 * count).astype(int)
    second = np.concatenate([[False], body[:-1] >= 0x80])
    first = ~second
    ids = (body & 0x7F)[first]
    wide = body[first] >= 0x80
    ids[wide] += body[second] << 7
    if len(ids) != tokens or lengths.sum() != tokens:
        raise SystemExit(f"{entry['path']} holds {len(ids)} ids, its header says {tokens}.")
    return np.split(ids, np.cumsum(lengths)[:-1]), labels


def fit(reviews, settings=SETTINGS):
    """Last tokens, smaller vocabulary, padded on the right: ids [reviews, tokens], lengths [reviews]."""
    rows = np.zeros((len(reviews), settings['tokens']), dtype=np.int64)
    lengths = np.zeros(len(reviews), dtype=np.int64)
    for row, review in enumerate(reviews):
        kept = review[-settings['tokens']:]
        kept = np.where(kept < settings['vocabulary'], kept, OUT_OF_VOCABULARY)
        rows[row, :len(kept)] = kept
        lengths[row] = len(kept)
    return torch.from_numpy(rows), torch.from_numpy(lengths)


def part(entries):
    reviews, labels = [], []
    for entry in entries:
        some, marks = shard(entry)
        reviews += some
        labels.append(marks)
    return (*fit(reviews), torch.from_numpy(np.concatenate(labels)).float())


class Reader(nn.Module):
    """Word vectors, one recurrent layer, and the log-odds of a positive review from the last state."""

    def __init__(self, cell, settings=SETTINGS):
        super().__init__()
        units, width = settings['units'], settings['embedding']
        self.embedding = nn.Embedding(settings['vocabulary'], width, padding_idx=0)
        self.cell = CELLS[cell]['module'](width, units, batch_first=True)
        self.head = nn.Linear(units, 1)
        self.dropout = nn.Dropout(settings['dropout'])
        with torch.no_grad():
            # Keras's initialisers: uniform vectors, Glorot for W, orthogonal for U, zero biases.
            self.embedding.weight.uniform_(-0.05, 0.05)
            self.embedding.weight[0].zero_()
            for k, gate in enumerate(CELLS[cell]['gates']):
                rows = slice(k * units, (k + 1) * units)
                nn.init.xavier_uniform_(self.cell.weight_ih_l0[rows])
                nn.init.orthogonal_(self.cell.weight_hh_l0[rows])
                self.cell.bias_ih_l0[rows].fill_(CELLS[cell]['forget_bias'] if gate == 'f' else 0.0)
            # PyTorch adds a second bias to every line; the site's equations have one. It stays at zero.
            self.cell.bias_hh_l0.zero_()
            nn.init.xavier_uniform_(self.head.weight)
            self.head.bias.zero_()
        self.cell.bias_hh_l0.requires_grad_(False)

    def forward(self, ids, lengths):
        """ids [batch, tokens], lengths [batch] -> log-odds [batch]."""
        states, _ = self.cell(self.dropout(self.embedding(ids)))
        last = states[torch.arange(len(ids)), lengths - 1]
        return self.head(self.dropout(last)).squeeze(1)


def score(model, ids, lengths, labels):
    """(accuracy, mean loss)."""
    model.eval()
    with torch.no_grad():
        odds = torch.cat([model(ids[k:k + 500], lengths[k:k + 500]) for k in range(0, len(ids), 500)])
    accuracy = ((odds > 0) == (labels > 0.5)).double().mean().item()
    return accuracy, nn.functional.binary_cross_entropy_with_logits(odds, labels).item()


def train(cell, seed, training, validation, settings=SETTINGS):
    """Trains one network; returns it at its best epoch, with the validation scores of all."""
    torch.manual_seed(seed)
    model = Reader(cell, settings)
    adam = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=settings['rate'])
    ids, lengths, labels = training
    batches = settings['epochs'] * math.ceil(len(ids) / settings['batch'])
    # The rate falls evenly to zero, so that the last epochs settle; with a constant one the best epoch is a matter of luck.
    falling = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: 1 - step / batches)
    history, best = [], None
    for epoch in range(1, settings['epochs'] + 1):
        began = time.time()
        model.train()
        order = torch.randperm(len(ids))
        for start in range(0, len(ids), settings['batch']):
            rows = order[start:start + settings['batch']]
            longest = int(lengths[rows].max())
            odds = model(ids[rows, :longest], lengths[rows])
            loss = nn.functional.binary_cross_entropy_with_logits(odds, labels[rows])
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), settings['clip'])
            adam.step()
            falling.step()
        accuracy, mean = score(model, *validation)
        if not math.isfinite(mean):
            raise SystemExit(f'{cell}, seed {seed}: the validation loss is {mean} after epoch {epoch}.')
        history.append(dict(epoch=epoch, accuracy=accuracy, loss=mean))
        print(f'{cell} seed {seed} epoch {epoch}: validation {accuracy:.4f}, loss {mean:.4f}, {time.time() - began:.0f} s', flush=True)
        if best is None or accuracy > best[0]:
            best = (accuracy, epoch, {name: value.clone() for name, value in model.state_dict().items()})
    model.load_state_dict(best[2])
    model.eval()
    return model, dict(validation=history, keptEpoch=best[1])


def parameters(cell, model):
    """The cell's parameters by the names in the site's equations, in the order in which those meet them."""
    units = model.cell.hidden_size
    order = ['f', 'i', 'o', 'g'] if len(CELLS[cell]['gates']) > 1 else ['']
    named = {}
    for gate in order:
        k = CELLS[cell]['gates'].index(gate)
        rows = slice(k * units, (k + 1) * units)
        named[f'W{gate}'] = model.cell.weight_ih_l0[rows]
        named[f'U{gate}'] = model.cell.weight_hh_l0[rows]
        named[f'b{gate}'] = model.cell.bias_ih_l0[rows]
    return {name: value.detach().numpy() for name, value in named.items()}


def cached(cell, seed):
    return CACHE / f'{cell}-{seed}.npz'


def store(cell, seed, model, facts):
    CACHE.mkdir(parents=True, exist_ok=True)
    np.savez(
        cached(cell, seed),
        facts=json.dumps(facts),
        embedding=model.embedding.weight.detach().numpy(),
        head_weights=model.head.weight.detach().numpy()[0],
        head_bias=model.head.bias.detach().numpy()[0],
        **parameters(cell, model),
    )


def packed(array):
    """base64 of little-endian float32, row-major: what the stage's props carry."""
    return base64.b64encode(np.ascontiguousarray(array, dtype='<f4').tobytes()).decode()


def opened(cell, seed):
    """A trained network's arrays and facts; refuses one whose ids mean other words than the present pack's."""
    saved = np.load(cached(cell, seed))
    facts = json.loads(str(saved['facts']))
    if facts.get('pack') != pack_name():
        raise SystemExit(f'{cell}, seed {seed}, was trained on another data pack than public/imdb. Train it again.')
    return saved, facts


def ship(cell):
    """Writes the shipped network of this cell for the lesson."""
    saved, facts = opened(cell, SHIPPED_SEED)
    ids = {word: 3 + k for k, word in enumerate(words())}
    sentences = json.loads((DATA / 'sentences.json').read_text())
    lesson = sorted({word for sentence in sentences for word in sentence['text'].split()})
    missing = [word for word in lesson if ids.get(word, SETTINGS['vocabulary']) >= SETTINGS['vocabulary']]
    if missing:
        raise SystemExit(f'Not among the {SETTINGS["vocabulary"]} commonest words: {", ".join(missing)}. Choose other words.')
    names = [name for name in saved.files if name not in ('facts', 'embedding', 'head_weights', 'head_bias')]
    document = dict(
        cell=cell,
        sizes=dict(input=SETTINGS['embedding'], units=SETTINGS['units']),
        parameters={name: packed(saved[name]) for name in names},
        head=dict(weights=packed(saved['head_weights']), bias=float(saved['head_bias'])),
        start=packed(saved['embedding'][START]),
        words={word: packed(saved['embedding'][ids[word]]) for word in lesson},
        training=dict(**SETTINGS, seed=SHIPPED_SEED, **facts),
    )
    (DATA / f'{cell}.json').write_text(json.dumps(document, indent=2) + '\n')


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--seeds', type=int, nargs='+', default=[1, 2, 3, 4, 5])
    options.add_argument('--cells', nargs='+', choices=CELLS, default=list(CELLS))
    options.add_argument('--ship-only', action='store_true', help='only write src/lessons/data/ again')
    asked = options.parse_args()
    torch.set_num_threads(1)  # the same sums in the same order on every machine with this build
    if not asked.ship_only:
        table = manifest()
        training = part(table['training'])
        validation = part([table['validation']])
        test = part([table['test']])
        for seed in asked.seeds:
            for cell in asked.cells:
                model, facts = train(cell, seed, training, validation)
                accuracy, loss = score(model, *test)
                facts |= dict(
                    test=dict(accuracy=accuracy, loss=loss, reviews=len(test[0])),
                    pack=pack_name(),
                    date=date.today().isoformat(),
                    software=f'PyTorch {torch.__version__}, Python {platform.python_version()}',
                )
                print(f'{cell} seed {seed}: kept epoch {facts["keptEpoch"]}, test {accuracy:.4f}', flush=True)
                store(cell, seed, model, facts)
    for cell in ('lstm', 'elman'):
        ship(cell)


if __name__ == '__main__':
    main()
