"""F.dropout without training=self.training drops in use, too."""
# truth: dropout_in_evaluation; also dropout_too_high

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

import nndoctor as nd


class Net(nn.Module):
    def __init__(self, always):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=3)
        self.fc1 = nn.Linear(90, 50)
        self.fc2 = nn.Linear(50, 10)
        self.always = always

    def forward(self, x):
        on = self.always or self.training
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.dropout(x.view(-1, 90), p=0.6, training=on)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, p=0.6, training=on)
        return self.fc2(x)


def program(always):
    digits = load_digits()
    images = torch.from_numpy(digits.images).float()[:, None] / 16
    labels = torch.from_numpy(digits.target)
    return nd.torch.Setup(
        model=lambda: Net(always),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=(images[:900], labels[:900]),
        validation=(images[900:1300], labels[900:1300]),
        epochs=20,
    )


def sick():
    return program(True)


def healthy():
    return program(False)
