"""A small transformer at the rate of an MLP."""
# truth: learning_rate_too_high

import torch
from rows import sentences
from torch import nn

import nndoctor as nd


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.place = nn.Embedding(20, 16), nn.Parameter(torch.zeros(12, 16))
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, tokens):
        return self.head(self.layer(self.words(tokens) + self.place).mean(dim=1))


def trained(rate):
    return nd.torch.Setup(
        model=Reader,
        loss=nn.CrossEntropyLoss(),
        train=sentences(),
        epochs=12,
        optimizer=lambda p: torch.optim.AdamW(p, lr=rate),
    )


def sick():
    return trained(0.3)


def healthy():
    return trained(3e-3)
