"""NLLLoss on raw scores: log_softmax was forgotten."""
# truth: missing_output_activation; also wrong_loss

import torch
import torch.nn.functional as F
from rows import standardised, wine
from torch import nn

import nndoctor as nd


class WineNet(nn.Module):
    hidden, classes, logs = 16, 3, True

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(13, self.hidden)
        self.fc2 = nn.Linear(self.hidden, self.classes)

    def forward(self, x):
        scores = self.fc2(F.relu(self.fc1(x)))
        return F.log_softmax(scores, dim=1) if self.logs else scores


class Forgotten(WineNet):
    logs = False


def trained(net):
    x, y = wine()
    return nd.torch.Setup(
        model=net,
        loss=F.nll_loss,
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        train=(standardised(x), y),
        epochs=40,
        batch_size=16,
    )


def sick():
    return trained(Forgotten)


def healthy():
    return trained(WineNet)
