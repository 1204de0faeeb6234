"""A bidirectional LSTM over words, its last states joined, gradients clipped at 1."""
# truth: healthy

import torch
from rows import sentences
from torch import nn

import nndoctor as nd


class BiLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 12)
        self.lstm = nn.LSTM(12, 12, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(24, 1)

    def forward(self, ids):
        _, (hidden, _) = self.lstm(self.embedding(ids))
        return self.fc(torch.cat([hidden[0], hidden[1]], dim=1))


def step(model, loss, optimizer, inputs, targets):
    value = loss(model(inputs), targets)
    optimizer.zero_grad()
    value.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return value.item()


def healthy():
    x, y = sentences()
    return nd.torch.Setup(
        model=BiLstm,
        loss=nn.BCEWithLogitsLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-2),
        train=(x, y.float()[:, None]),
        step=step,
        epochs=12,
    )
