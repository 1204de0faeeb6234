"""Pieces of training scripts, as people write them, and what they train."""

import numpy as np

from nndoctor.setup.python_file import open_python
from nndoctor.trainable import Plan

HEAD = """
import torch
import numpy as np
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split

g = torch.Generator().manual_seed(0)
torch.manual_seed(0)
x = torch.randn(120, 4, generator=g)
y = (x[:, 0] > 0).long()
"""


MODEL = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))\n"


ONE = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))\n"


OPT = "opt = optim.Adam(net.parameters(), lr=1e-2)\n"


PARTS = MODEL + OPT + "criterion = nn.CrossEntropyLoss()\n"


LOADER = "loader = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True)\n"


CLEAR = "opt.zero_grad()"


UPDATE = "loss = criterion(net(a), b); loss.backward()"


def looped(update, head="for a, b in loader:", epochs="for epoch in range(7):", clear=CLEAR):
    """The usual loop, as a script's last lines."""
    lines = [clear, *update.split("; "), "opt.step()"]
    return f"{epochs}\n    {head}\n" + "".join(f"        {line}\n" for line in lines)


KINDS = """
def flip(a, b):
    sign = torch.sign(torch.rand(len(a), 1) - 0.5)
    return a * sign, (b * (sign[:, 0] > 0)).long()

class Noisy(Dataset):
    def __len__(self):
        return 60
    def __getitem__(self, i):
        return x[i] + torch.randn(4), y[i]

def mixed(size):
    order = np.random.permutation(len(x))
    for i in range(0, len(x), size):
        yield x[order[i:i + size]], y[order[i:i + size]]
"""


def both_ways(path):
    """All weights as the script's own training leaves them, and as that of its set-up does."""
    made, own = open_python(path), {"__name__": "elsewhere"}
    exec(path.read_text(), own)
    start = made.trainable.fresh(0)
    start.train(made.train, Plan(made.total_updates))
    models = own["net"], start.model
    return [np.concatenate([p.detach().numpy().ravel() for p in m.parameters()]) for m in models]
