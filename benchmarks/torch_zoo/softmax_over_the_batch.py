"""log_softmax(x, dim=0): over the rows of a batch and not over the classes."""
# truth: rows_mixed; also wrong_output_activation

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import nndoctor as nd


class Classifier(nn.Module):
    def __init__(self, hidden=48, dim=1):
        super().__init__()
        self.fc1 = nn.Linear(64, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, 10)
        self.dim = dim

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.log_softmax(self.out(x), dim=self.dim)


def loaders():
    data, labels = load_digits(return_X_y=True)
    split = train_test_split(data / 16.0, labels, test_size=0.3, random_state=1, stratify=labels)
    x_train, x_test, y_train, y_test = split
    train = TensorDataset(torch.FloatTensor(x_train), torch.LongTensor(y_train))
    test = TensorDataset(torch.FloatTensor(x_test), torch.LongTensor(y_test))
    return DataLoader(train, batch_size=64, shuffle=True), DataLoader(test, batch_size=64)


def program(dim):
    train, test = loaders()
    return nd.torch.Setup(
        model=lambda: Classifier(dim=dim),
        loss=F.nll_loss,
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
        train=train,
        validation=test,
        epochs=20,
    )


def sick():
    return program(0)


def healthy():
    return program(1)
