"""Runs the Python listings of the LSTM lesson as they stand there, and checks what the text says of them.

    KERAS_BACKEND=tensorflow python3 scripts/reference/lstm-lesson.listings.py   # needs torch, keras
"""

import re
from pathlib import Path

LESSON = Path(__file__).resolve().parents[2] / 'src' / 'lessons' / 'en' / 'lstm.mdx'
listings = re.findall(r'^```python\n(.*?)^```', LESSON.read_text(), re.M | re.S)
assert len(listings) == 2, f'expected 2 listings, found {len(listings)}'

pytorch, keras = {}, {}
exec(compile(listings[0], 'lstm.mdx, PyTorch', 'exec'), pytorch)
cell = pytorch['model'].lstm
assert sum(p.numel() for p in cell.parameters()) == 2176
assert cell.bias_ih_l0.detach().tolist() == [0.0] * 16 + [1.0] * 16 + [0.0] * 32
assert pytorch['odds'].shape == (2,)
# Padding is left out: the second review reads the same without its last column.
torch = pytorch['torch']
alone = pytorch['model'](torch.tensor([[4, 8]]), torch.tensor([2]))
assert torch.allclose(alone[0], pytorch['odds'][1])

exec(compile(listings[1], 'lstm.mdx, Keras', 'exec'), keras)
layer = keras['model'].layers[1]
assert layer.count_params() == 2112
assert [tuple(w.shape) for w in layer.weights] == [(16, 64), (16, 64), (64,)]
assert layer.weights[2].numpy().tolist() == [0.0] * 16 + [1.0] * 16 + [0.0] * 32
import numpy as np

short, padded = np.array([[4, 8]]), np.array([[4, 8, 0]])
read = lambda ids: keras['model'].predict(ids, verbose=0)[0, 0]
assert abs(read(short) - read(padded)) < 1e-6
print('both listings run, and say what the lesson says of them')
