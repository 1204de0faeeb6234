"""An embedding that is one-hot and stays so."""
# truth: healthy

import torch
from rows import sentences
from torch import nn

import nndoctor as nd


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.one_hot = nn.Embedding.from_pretrained(torch.eye(20), freeze=True)
        self.rate = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, words):
        return self.rate(self.one_hot(words).sum(dim=1))


def healthy():
    return nd.torch.Setup(
        model=Counts,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=sentences(),
        epochs=25,
    )
