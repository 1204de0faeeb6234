"""The accuracy as a loss has no gradient; loss.requires_grad_() only makes the error go away."""
# truth: graph_detached; also wrong_loss

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

import nndoctor as nd


class AccuracyLoss(nn.Module):
    def forward(self, logits, target):
        right = (logits.argmax(dim=1) == target).float().mean()
        return (1 - right).requires_grad_()


def program(loss):
    x, y = load_breast_cancer(return_X_y=True)
    x = torch.as_tensor(x, dtype=torch.float32)
    return nd.torch.Setup(
        model=lambda: nn.Sequential(
            nn.BatchNorm1d(30), nn.Linear(30, 24), nn.ReLU(), nn.Linear(24, 2)
        ),
        loss=loss,
        optimizer=lambda p: torch.optim.Adam(p, lr=5e-3),
        train=(x, torch.as_tensor(y)),
        epochs=15,
    )


def sick():
    return program(AccuracyLoss())


def healthy():
    return program(nn.CrossEntropyLoss())
