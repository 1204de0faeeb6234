"""Grey levels divided by 255 in the data set, and once more in forward."""
# truth: input_double_scaled; also input_not_normalised, learning_rate_too_low, wrong_optimizer

import torch
from rows import images
from torch import nn
from torch.utils.data import Dataset

import nndoctor as nd


class Digits(Dataset):
    def __init__(self, by):
        x, self.labels = images()
        self.pictures = (x * 255).round() / by

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.pictures[i], self.labels[i]


class SmallConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 12, 3, stride=2, padding=1)
        self.out = nn.Linear(12 * 16, 10)

    def forward(self, img):
        return self.out(torch.flatten(self.conv(img).relu(), 1))


def trained(by):
    return nd.torch.Setup(
        model=SmallConv,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        train=Digits(by),
        epochs=12,
        batch_size=32,
    )


def sick():
    return trained(255.0 * 255.0)


def healthy():
    return trained(255.0)
