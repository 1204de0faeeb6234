"""h_n of a bidirectional GRU is [2, B, H]; view(B, -1) puts the states of two rows side by side."""
# truth: rows_mixed

import torch
from torch import nn

import nndoctor as nd


class Reader(nn.Module):
    def __init__(self, vocab, right):
        super().__init__()
        self.embed = nn.Embedding(vocab, 12, padding_idx=0)
        self.gru = nn.GRU(12, 16, batch_first=True, bidirectional=True)
        self.classify = nn.Linear(32, 2)
        self.right = right

    def forward(self, tokens):
        _, hidden = self.gru(self.embed(tokens))
        if self.right:
            hidden = torch.cat([hidden[0], hidden[1]], dim=1)
        else:
            hidden = hidden.view(tokens.size(0), -1)
        return self.classify(hidden)


def reviews(n=800, length=14, vocab=30):
    """Good words are 1 to 4, bad ones 5 to 8, the rest says nothing."""
    rng = torch.Generator().manual_seed(12)
    x = torch.randint(9, vocab, (n, length), generator=rng)
    y = torch.randint(0, 2, (n,), generator=rng)
    for row in range(n):
        where = torch.randperm(length, generator=rng)[:3]
        words = torch.randint(1, 5, (3,), generator=rng)
        x[row, where] = words if y[row] else words + 4
    return x, y


def program(right):
    return nd.torch.Setup(
        model=lambda: Reader(30, right),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=reviews(),
        epochs=12,
    )


def sick():
    return program(False)


def healthy():
    return program(True)
