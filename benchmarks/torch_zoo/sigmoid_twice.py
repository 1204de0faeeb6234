"""A sigmoid before BCEWithLogitsLoss, several labels a row."""
# truth: double_softmax

import torch
from rows import topics
from torch import nn

import nndoctor as nd


class Tagger(nn.Module):
    def __init__(self, probabilities):
        super().__init__()
        self.probabilities = probabilities
        self.trunk = nn.Linear(12, 32)
        self.heads = nn.ModuleDict({f"label{i}": nn.Linear(32, 1) for i in range(4)})

    def forward(self, x):
        h = torch.relu(self.trunk(x))
        logits = torch.cat([head(h) for head in self.heads.values()], dim=1)
        return torch.sigmoid(logits) if self.probabilities else logits


def trained(probabilities):
    return nd.torch.Setup(
        model=lambda: Tagger(probabilities),
        loss=nn.BCEWithLogitsLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.9),
        train=topics(),
        epochs=15,
    )


def sick():
    return trained(True)


def healthy():
    return trained(False)
