"""What a user gives is never changed: bytes before and after every command, and after an error."""

import random

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import nndoctor as nd  # noqa: E402

from .setups import Cnn, cross_entropy, images  # noqa: E402

COMMANDS = {
    "check_loss": nd.check_loss,
    "overfit_tiny": lambda s: nd.overfit_tiny(s, updates=5, rate=0.1),
    "lr_sweep": lambda s: nd.lr_sweep(s, count=3, updates=3, low=1e-3, high=1e-1),
    "range_test": lambda s: nd.range_test(s, updates=20),
    "activations": lambda s: nd.activations_report(s, after=3),
    "updates": lambda s: nd.updates_report(s, updates=3),
    "dead_units": lambda s: nd.dead_units_report(s, after=3),
    "grad_check": lambda s: nd.grad_check(s, samples=1, rows=3, after=1),
    "setup_report": nd.setup_report,
    "train": nd.train,
    "checkup": lambda s: nd.checkup(s, budget=2),
}


def state(model, optimizer):
    """All that could be changed, as bytes and words."""
    return (
        [(name, value.numpy().tobytes()) for name, value in model.state_dict().items()],
        repr(optimizer.state_dict()),
        [(name, module.training) for name, module in model.named_modules()],
        [(name, p.requires_grad, p.grad is None) for name, p in model.named_parameters()],
        [len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules()],
        torch.get_rng_state().numpy().tobytes(),
        np.random.get_state()[1].tobytes(),  # noqa: NPY002
        random.getstate(),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        torch.get_num_threads(),
    )


def given():
    model = Cnn()
    model.norm.eval()
    model.conv.bias.requires_grad_(False)
    model.head.register_forward_hook(lambda *_: None)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    model(images()[0][:4]).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    return model, optimizer


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_leaves_everything_as_it_was(name):
    model, optimizer = given()
    x, y = images()
    before, rows = state(model, optimizer), x.numpy().tobytes()
    setup = cross_entropy(model, (x, y), optimizer=optimizer, epochs=1)
    COMMANDS[name](setup)
    assert state(model, optimizer) == before
    assert x.numpy().tobytes() == rows


def test_so_does_a_checkup_in_whose_experiments_the_users_code_breaks():
    class Breaks(Cnn):
        def forward(self, x):
            if not bool((x[:, 0, 0, 0] != 0).all()):  # standardised, or another batch
                raise RuntimeError("had enough")
            return super().forward(x)

    model = Breaks()
    optimizer = torch.optim.SGD(model.parameters(), lr=50.0)
    before = state(model, optimizer)
    setup = cross_entropy(model, images(), optimizer=optimizer, epochs=1)
    nd.checkup(setup, budget=1)
    assert state(model, optimizer) == before


def test_so_does_an_error_of_the_users_own():
    class Breaks(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.calls = nn.Linear(36, 2), 0

        def forward(self, x):
            torch.rand(3), random.random()
            self.calls += 1
            if self.calls > 4:
                raise ValueError("had enough")
            return self.inner(x.flatten(1))

    model = Breaks()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = state(model, optimizer)
    setup = cross_entropy(model, images(), optimizer=optimizer)
    with pytest.raises(nd.errors.NNDoctorError, match="had enough"):
        nd.train(setup)
    assert state(model, optimizer) == before
    assert model.calls == 0
