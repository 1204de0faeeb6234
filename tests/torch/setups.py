"""Small PyTorch set-ups of many kinds, and one with a fault of every sort."""

import torch
from torch import nn
from torch.nn import functional

import nndoctor as nd


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def classes(rows=96, features=6):
    x = torch.randn(rows, features, generator=generator())
    return x, (x[:, 0] > 0).long() + 2 * (x[:, 1] > 0).long()


def numbers(rows=96):
    x = torch.randn(rows, 5, generator=generator(1))
    return x, (x[:, :1] - 0.5 * x[:, 1:2])


def adam(parameters):
    return torch.optim.Adam(parameters, lr=1e-2)


def mlp():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 4))


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.head = nn.Linear(4 * 36, 2)

    def forward(self, x):
        return self.head(functional.relu(self.norm(self.conv(x))).flatten(1))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.lstm = nn.Embedding(20, 8), nn.LSTM(8, 12, batch_first=True)
        self.head = nn.Linear(12, 2)

    def forward(self, tokens):
        return self.head(self.lstm(self.words(tokens))[0][:, -1])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.layer(x).mean(dim=1))


class Tagger(nn.Module):
    """Scores of four classes for each word, the classes in the second dimension or the last."""

    def __init__(self, last=False):
        super().__init__()
        self.words, self.body, self.head = nn.Embedding(20, 8), nn.GRU(8, 12), nn.Linear(12, 4)
        self.last = last

    def forward(self, tokens):
        scores = self.head(self.body(self.words(tokens).movedim(0, 1))[0]).movedim(0, 1)
        return scores if self.last else scores.movedim(-1, 1)


class Pixels(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.head = nn.Conv2d(1, 6, 3, padding=1), nn.Conv2d(6, 2, 1)

    def forward(self, x):
        return self.head(torch.relu(self.first(x)))


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right, self.head = nn.Linear(6, 8), nn.Embedding(5, 8), nn.Linear(8, 4)

    def forward(self, numbers, kinds):
        return self.head(torch.tanh(self.left(numbers) + self.right(kinds)))


def cross_entropy(model, train, **more):
    more = {"optimizer": adam, "loss": nn.CrossEntropyLoss(), "epochs": 4} | more
    return nd.torch.Setup(model=model, train=train, batch_size=16, **more)


def images():
    x = torch.randn(64, 1, 6, 6, generator=generator(2))
    return x, (x[:, 0, :3].mean(dim=(1, 2)) > 0).long()


def sentences():
    x = torch.randint(0, 20, (64, 7), generator=generator(3))
    return x, (x[:, -1] > 9).long()


def tags():
    """The class of a word is that of its number and of the word before."""
    x, _ = sentences()
    before = functional.pad(x[:, :-1], (1, 0))
    return x, (x > 9).long() + 2 * (before > 9).long()


def masks():
    x, _ = images()
    return x, (x[:, 0] > 0.2).long()


def of_each_word(outputs, targets):
    return functional.cross_entropy(outputs.reshape(-1, 4), targets.reshape(-1))


def sequences():
    x = torch.randn(64, 5, 8, generator=generator(4))
    return x, (x[:, :, 0].mean(dim=1) > 0).long()


def two():
    x, y = classes()
    kinds = torch.randint(0, 5, (len(x),), generator=generator(5))
    return x, kinds, y


def pair():
    x, kinds, y = two()
    return cross_entropy(TwoInputs, ((x, kinds), y))


def named():
    x, kinds, y = two()
    return cross_entropy(TwoInputs, ({"numbers": x, "kinds": kinds}, y))


def regression(loss=None, target=None, model=None):
    x, y = numbers()
    make = model or (lambda: nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 1)))
    return nd.torch.Setup(
        model=make,
        loss=loss or nn.MSELoss(),
        optimizer=adam,
        batch_size=16,
        epochs=4,
        train=(x, y if target is None else target(y)),
    )


HEALTHY = {
    "mlp": lambda: cross_entropy(mlp, classes()),
    "cnn": lambda: cross_entropy(Cnn, images()),
    "lstm": lambda: cross_entropy(Lstm, sentences()),
    "transformer": lambda: cross_entropy(Transformer, sequences()),
    "tags": lambda: cross_entropy(Tagger, tags()),
    "pixels": lambda: cross_entropy(Pixels, masks()),
    "two inputs": pair,
    "named inputs": named,
    "regression": regression,
}
