"""The optimizer is made first, the head is exchanged for one of five classes afterwards."""
# truth: parameters_not_trained; also parameters_frozen

import torch
from sklearn.datasets import load_digits
from torch import nn, optim

import nndoctor as nd


class Backbone(nn.Module):
    def __init__(self, classes=1000):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=3),
            nn.ReLU(inplace=True),
            nn.Conv2d(6, 12, kernel_size=3),
            nn.ReLU(inplace=True),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(12, classes)

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.fc(torch.flatten(x, 1))


def five_classes():
    digits = load_digits(n_class=5)
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
    return images, torch.tensor(digits.target)


def sick():
    torch.manual_seed(0)
    model = Backbone()
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    for param in model.features.parameters():
        param.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, 5)
    return nd.torch.Setup(
        model=model,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        train=five_classes(),
        epochs=20,
    )


def healthy():
    torch.manual_seed(0)
    model = Backbone()
    model.fc = nn.Linear(model.fc.in_features, 5)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    return nd.torch.Setup(
        model=model,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        train=five_classes(),
        epochs=20,
    )
