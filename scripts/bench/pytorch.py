"""PyTorch's side of the benchmark: the same model as a user of PyTorch writes it, float32, on the CPU.

Started by `npm run bench -- --python PATH`. Reads a JSON object a line, answers each with one, ends with its input:
  {"do": "prepare", "of": {...}}    builds the model of a case (scripts/bench/cases.ts)
  {"do": "time", "batches": 20}     trains on so many random batches: milliseconds a batch
  {"do": "peak"}                    billions of operations a second, in a large product
  {"do": "job", "of": {...}, ...}   trains on the reviews of a file and reads the test part (scripts/bench/job.ts)
"""

import json
import math
import signal
import sys
import time

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

THREADS = 2
CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "elman": nn.RNN}
# So many different batches take turns, as in the page.
BATCHES = 8


class Classifier(nn.Module):
    def __init__(self, cell, units, embedding, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding, padding_idx=0)
        self.cell = CELLS[cell](embedding, units, batch_first=True)
        self.head = nn.Linear(units, 1)

    def forward(self, ids, lengths=None):
        """ids [batch, steps]; with lengths, padding stands on the right and is left out."""
        words = self.embedding(ids)
        if lengths is not None:
            words = pack_padded_sequence(words, lengths, batch_first=True, enforce_sorted=False)
        _, state = self.cell(words)
        hidden = state[0] if isinstance(state, tuple) else state
        return self.head(hidden[-1])[:, 0]


class Trainer:
    def __init__(self, of):
        torch.manual_seed(7)
        self.model = Classifier(of["cell"], of["units"], of["embedding"], of["vocabulary"])
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=of["rate"])
        self.loss = nn.BCEWithLogitsLoss()
        self.clip = of["clip"]

    def learn(self, ids, labels, lengths=None):
        self.optimiser.zero_grad()
        loss = self.loss(self.model(ids, lengths), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimiser.step()
        return loss.detach()

    @torch.no_grad()
    def accuracy(self, ids, lengths, labels):
        self.model.eval()
        logits = [self.model(*part) for part in zip(ids.split(256), lengths.split(256))]
        self.model.train()
        return ((torch.cat(logits) > 0) == (labels > 0.5)).float().mean().item()


class Bench:
    def prepare(self, of):
        self.trainer = Trainer(of)
        shape = (of["batch"], of["steps"])
        # Zipf's law, as in the page: ids are spread evenly over the logarithm.
        self.batches = [
            ((torch.rand(shape) * math.log(of["vocabulary"])).exp().long(), torch.rand(of["batch"]).round())
            for _ in range(BATCHES)
        ]
        self.learnt = 0
        return {}

    def time(self, batches):
        begun = time.perf_counter()
        for _ in range(batches):
            self.trainer.learn(*self.batches[self.learnt % BATCHES])
            self.learnt += 1
        return {"ms": (time.perf_counter() - begun) * 1000 / batches}

    def peak(self):
        a, b = torch.rand(768, 768), torch.rand(768, 768)
        best = math.inf
        for _ in range(30):
            begun = time.perf_counter()
            a @ b
            best = min(best, time.perf_counter() - begun)
        return {"peak": 2 * 768**3 / best / 1e9}

    def job(self, of, file, counts, epochs):
        """Epochs over the reviews of a file, each in its order, and the share of the test reviews read rightly.

        Padding stands on the right and is left out (packed sequences): what the site's masks come to.
        """
        begun = time.perf_counter()
        training, validation, test, orders = read(file, counts, of["steps"], epochs)
        trainer = Trainer(of)
        accuracies = []
        for order in orders:
            for rows in order.split(of["batch"]):
                ids, lengths, labels = (part[rows] for part in training)
                trainer.learn(ids, labels, lengths)
            accuracies.append(trainer.accuracy(*validation))
        accuracy = trainer.accuracy(*test)
        return {"seconds": time.perf_counter() - begun, "accuracy": accuracy, "validation": accuracies}


def read(file, counts, tokens, epochs):
    """The parts of scripts/bench/job-data.ts: each ids [reviews, tokens], lengths and labels; then the epochs' orders."""
    numbers = torch.frombuffer(bytearray(open(file, "rb").read()), dtype=torch.int32).long()
    at = 0

    def take(*shape):
        nonlocal at
        size = math.prod(shape)
        at += size
        return numbers[at - size : at].reshape(shape)

    parts = [(take(count, tokens), take(count), take(count).float()) for count in counts]
    return *parts, take(epochs, counts[0])


def main():
    # Ctrl-C reaches the whole group; the end of the input is what ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(THREADS)
    print(json.dumps({"torch": torch.__version__}), flush=True)
    bench = Bench()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(bench, asked.pop("do"))(**asked)
        print(json.dumps(answer), flush=True)


main()
