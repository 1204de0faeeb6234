"""A model on a GPU stays there, and is examined as one on the processor is."""

import pytest

torch = pytest.importorskip("torch")
if not torch.cuda.is_available():
    pytest.skip("no CUDA", allow_module_level=True)

from torch import nn  # noqa: E402

import nndoctor as nd  # noqa: E402
from nndoctor.findings import Verdict  # noqa: E402

from .setups import classes, cross_entropy  # noqa: E402

DEVICE = torch.device("cuda")


def small():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 4)).to(DEVICE)


def setup(rate=0.1, model=small, rows=lambda one: one, **more):
    x, y = classes(200)
    more = {"optimizer": lambda p: torch.optim.SGD(p, lr=rate), "epochs": 12} | more
    return cross_entropy(model, (rows(x), rows(y)), **more)


@pytest.mark.parametrize("there", [False, True], ids=["rows on the processor", "rows on the GPU"])
def test_the_first_loss_is_that_of_guessing(there):
    given = setup(rows=(lambda one: one.to(DEVICE)) if there else (lambda one: one))
    assert given.trainable.fresh(0).device.type == "cuda"
    assert nd.check_loss(given).exit_code() == 0


def test_a_sweep_of_rates_finds_one_that_learns():
    assert nd.lr_sweep(setup(), count=4, updates=20, low=1e-3, high=1.0).exit_code() == 0


def test_a_checkup_confirms_and_cures():
    answer = nd.checkup(setup(rate=50.0), budget=6)
    assert answer.verdict is Verdict.SICK
    assert answer.causes[0].cause == "learning_rate_too_high"
    assert answer.code


def test_weights_of_the_user_stay_as_they_are():
    model = small()
    before = [p.detach().clone() for p in model.parameters()]
    draws = torch.cuda.get_rng_state()
    nd.checkup(setup(model=model), budget=2)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert torch.equal(draws, torch.cuda.get_rng_state())


def test_convolutions_and_recurrent_layers_run_there_too():
    from .setups import HEALTHY

    for name in ("cnn", "lstm", "transformer"):
        given = HEALTHY[name]()
        make = given.trainable.model
        moved = nd.torch.Setup(
            model=lambda make=make: make().to(DEVICE),
            loss=nn.CrossEntropyLoss(),
            optimizer=lambda p: torch.optim.Adam(p, lr=1e-2),
            epochs=2,
            batch_size=16,
            train=_rows(given),
        )
        assert nd.checkup(moved, fast=True).findings


class Deaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 4)

    def forward(self, heard, ignored):
        return self.layer(heard)


def test_an_input_that_nothing_depends_on_is_seen_there_too():
    x, y = classes()
    given = cross_entropy(lambda: Deaf().to(DEVICE), ((x, x[:, :2]), y))
    assert given.trainable.own_code(given.train, 0).deaf == ("input 2",)


def _rows(given):
    whole = given.trainable
    return (
        whole.inputs.unpack(given.train.x, "cpu", None),
        whole.targets.unpack(given.train.y, "cpu", None),
    )
