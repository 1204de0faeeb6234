"""A binary cross-entropy of one's own: log(0) where the sigmoid is 0 or 1 in float32."""
# truth: wrong_loss; also input_not_normalised, learning_rate_too_high, exploding_gradient

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

import nndoctor as nd


class MyBCELoss(nn.Module):
    def __init__(self, eps=0.0):
        super().__init__()
        self.eps = eps

    def forward(self, pred, target):
        p = pred.clamp(self.eps, 1 - self.eps)
        return -(target * torch.log(p) + (1 - target) * torch.log(1 - p)).mean()


class LogisticNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear1 = nn.Linear(30, 40)
        self.linear2 = nn.Linear(40, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear2(torch.relu(self.linear1(x))))


def program(eps, scale):
    data = load_breast_cancer()
    x = torch.tensor(data.data).float()
    y = torch.tensor(data.target).float().unsqueeze(1)
    x = (x - x.mean(0)) / x.std(0)
    return nd.torch.Setup(
        model=LogisticNet,
        loss=MyBCELoss(eps),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        train=(x * scale, y),
        epochs=30,
        batch_size=16,
    )


def sick():
    return program(0.0, 10.0)


def healthy():
    return program(1e-6, 1.0)
