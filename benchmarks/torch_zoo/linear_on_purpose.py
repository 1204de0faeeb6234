"""Linear regression of few rows, for which a hidden layer does nothing."""
# truth: healthy

import torch
from rows import diabetes, standardised
from torch import nn

import nndoctor as nd


def healthy():
    x, y = diabetes()
    return nd.torch.Setup(
        model=lambda: nn.Linear(10, 1),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.02),
        train=(standardised(x), standardised(y)[:, None]),
        epochs=40,
    )
