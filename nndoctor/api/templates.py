"""Files to begin with, as text."""

TORCH = '''\
"""A PyTorch set-up that nndoctor examines: `nndoctor checkup {name}:setup`."""

import torch
from torch import nn

import nndoctor as nd


def make_model():
    """A new model at each call, so that every seed draws its own weights."""
    return nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))


def make_optimizer(parameters):
    return torch.optim.Adam(parameters, lr=3e-3)


def setup():
    # Your rows instead of these: (inputs, targets) as tensors, a Dataset or a DataLoader.
    # Several inputs are a tuple or a dict: ((numbers, words), targets).
    inputs = torch.randn(500, 10, generator=torch.Generator().manual_seed(0))
    targets = (inputs[:, 0] * inputs[:, 1] > 0).long()
    return nd.torch.Setup(
        model=make_model,
        loss=nn.CrossEntropyLoss(),  # of the model's outputs and the targets, in this order
        optimizer=make_optimizer,
        train=(inputs[:400], targets[:400]),
        validation=(inputs[400:], targets[400:]),  # leave it out where there are none
        epochs=60,
        batch_size=32,
        # schedule=lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 5),
        # schedule_per="epoch",  # or "step": after what it moves on
        # step=one_step,  # your own update: step(model, loss, optimizer, inputs, targets) -> loss
    )
'''


def torch_template(name: str = "train.py") -> str:
    """A Python file, named `name`, with a commented PyTorch set-up that runs as it is."""
    return TORCH.replace("{name}", name)
