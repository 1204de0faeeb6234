"""Half of the hidden units dropped in each update, of which there are enough."""
# truth: healthy

import torch
from rows import digits
from torch import nn
from torch.nn import functional as F

import nndoctor as nd


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(64, 256)
        self.l2 = nn.Linear(256, 10)

    def forward(self, x):
        return self.l2(F.dropout(F.relu(self.l1(x)), 0.5, self.training))


def healthy():
    x, y = digits()
    return nd.torch.Setup(
        model=Mlp,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.2, momentum=0.9),
        train=(x / 16, y),
        epochs=15,
    )
