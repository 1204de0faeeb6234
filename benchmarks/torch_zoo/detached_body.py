"""detach() between body and head."""
# truth: graph_detached; also parameters_not_trained

import torch
from rows import digits
from torch import nn

import nndoctor as nd


class Digits(nn.Module):
    def __init__(self, cut):
        super().__init__()
        self.first, self.second, self.head = nn.Linear(64, 12), nn.Linear(12, 12), nn.Linear(12, 10)
        self.cut = cut

    def forward(self, x):
        x = torch.relu(self.second(torch.relu(self.first(x))))
        return self.head(x.detach() if self.cut else x)


def trained(cut):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: Digits(cut),
        loss=nn.CrossEntropyLoss(),
        train=(x / 16, y),
        epochs=30,
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
    )


def sick():
    return trained(True)


def healthy():
    return trained(False)
