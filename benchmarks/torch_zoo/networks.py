"""Networks that several programs train, on the rows of theirs."""

import itertools

import torch
from rows import digits, images, waves
from torch import nn

import nndoctor as nd


def net(*more):
    """A perceptron for digits."""
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10), *more)


def on_digits(model=net, rate=1e-3, loss=None, **more):
    """Thirty epochs with Adam, unless said otherwise."""
    x, y = digits()
    return nd.torch.Setup(
        model=model,
        loss=loss or nn.CrossEntropyLoss(),
        train=(x / 16, y),
        **{"optimizer": lambda p: torch.optim.Adam(p, lr=rate), "epochs": 30} | more,
    )


class Cnn(nn.Module):
    """A convolutional net for images."""

    def __init__(self, last=None, drop=0.0):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.drop, self.head, self.last = nn.Dropout(drop), nn.Linear(256, 10), last

    def forward(self, x):
        x = self.head(self.drop(self.features(x).flatten(1)))
        return self.last(x) if self.last else x


def on_images(model=Cnn, optimizer=None, **more):
    """Ten epochs with Adam, unless said otherwise."""
    return nd.torch.Setup(
        model=model,
        loss=nn.CrossEntropyLoss(),
        train=images(),
        **{"optimizer": optimizer or (lambda p: torch.optim.Adam(p, lr=2e-3)), "epochs": 10} | more,
    )


class Rhythm(nn.Module):
    """An LSTM or a GRU for waves."""

    def __init__(self, kind=nn.LSTM):
        super().__init__()
        self.recurrent, self.head = kind(1, 16, batch_first=True), nn.Linear(16, 2)

    def forward(self, x):
        return self.head(self.recurrent(x)[0][:, -1])


def on_waves(kind, rate, epochs=25):
    """With Adam."""
    return nd.torch.Setup(
        model=lambda: Rhythm(kind),
        loss=nn.CrossEntropyLoss(),
        train=waves(),
        epochs=epochs,
        optimizer=lambda p: torch.optim.Adam(p, lr=rate),
    )


class Perceptron(nn.Module):
    """Layers of these widths, an activation between them."""

    def __init__(self, *widths, activation=torch.relu):
        super().__init__()
        self.activation = activation
        pairs = itertools.pairwise(widths)
        self.layers = nn.ModuleList(nn.Linear(one, other) for one, other in pairs)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
        return self.layers[-1](x)


def scheduled(make, schedule):
    """An optimizer with a schedule that moves on after each of its steps."""

    def made(parameters):
        optimizer = make(parameters)
        plan = schedule(optimizer)
        optimizer.register_step_post_hook(lambda *_: plan.step())
        return optimizer

    return made
