"""Features were shuffled after the split, the labels were not."""
# truth: labels_shuffled; also labels_random, input_uninformative

import torch
from networks import Perceptron
from rows import cancer, standardised
from torch import nn
from torch.utils.data import Dataset

import nndoctor as nd


class Patients(Dataset):
    def __init__(self, shuffled):
        x, self.y = cancer()
        self.x = standardised(x)
        if shuffled:
            self.x = self.x[torch.randperm(len(x), generator=torch.Generator().manual_seed(9))]

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return {"x": self.x[index]}["x"], self.y[index].item()


def trained(shuffled):
    return nd.torch.Setup(
        model=lambda: Perceptron(30, 16, 2),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=2e-3),
        train=Patients(shuffled),
        epochs=30,
    )


def sick():
    return trained(True)


def healthy():
    return trained(False)
