"""Of the two files of features and labels one lost its header: all labels are a row late."""
# truth: labels_shuffled; also labels_random, input_uninformative

import torch
from torch import nn
from torch.utils.data import Dataset

import nndoctor as nd


class Machines(Dataset):
    """Two temperatures and a load [3]; does the machine fail?"""

    def __init__(self, late):
        gen = torch.Generator().manual_seed(21)
        self.features = torch.randn(900, 5, generator=gen)
        risk = 2 * self.features[:, 0] + self.features[:, 1] * self.features[:, 2]
        labels = (risk + 0.4 * torch.randn(900, generator=gen) > 0).float()
        self.labels = labels.roll(1) if late else labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.features[i], self.labels[i].unsqueeze(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.Sequential(
            nn.Linear(5, 32), nn.LayerNorm(32), nn.GELU(), nn.Linear(32, 16), nn.GELU()
        )
        self.logit = nn.Linear(16, 1)

    def forward(self, x):
        return self.logit(self.stack(x))


def program(late):
    return nd.torch.Setup(
        model=Net,
        loss=nn.BCEWithLogitsLoss(),
        optimizer=lambda p: torch.optim.AdamW(p, lr=2e-3),
        train=Machines(late),
        epochs=25,
    )


def sick():
    return program(True)


def healthy():
    return program(False)
