"""The loop looks at the accuracy with model.eval() and never says model.train() again."""
# truth: eval_mode_in_training; also learning_rate_too_high

import torch
from sklearn.datasets import load_digits
from torch import nn

import nndoctor as nd


class ConvBlock(nn.Sequential):
    def __init__(self, cin, cout):
        super().__init__(
            nn.Conv2d(cin, cout, 3, padding=1, bias=False), nn.BatchNorm2d(cout), nn.ReLU()
        )


class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = ConvBlock(1, 12)
        self.block1, self.block2 = ConvBlock(12, 12), ConvBlock(12, 12)
        self.pool, self.fc = nn.AvgPool2d(2), nn.Linear(12 * 16, 10)

    def forward(self, x):
        x = self.stem(x)
        x = x + self.block2(self.block1(x))
        return self.fc(self.pool(x).flatten(1))


def train_step(model, criterion, optimizer, images, labels):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        (model(images).argmax(1) == labels).float().mean().item()
    return loss.item()


def right_step(model, criterion, optimizer, images, labels):
    model.train()
    return train_step(model, criterion, optimizer, images, labels)


def program(step):
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1)
    return nd.torch.Setup(
        model=SmallResNet,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        train=(10 * images[:900], torch.tensor(digits.target[:900])),
        epochs=6,
        step=step,
    )


def sick():
    return program(train_step)


def healthy():
    return program(right_step)
