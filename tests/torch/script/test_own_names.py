"""Lines for a script have its own names, so that they hold when they are pasted."""

import pytest

pytest.importorskip("torch")

from nndoctor.api.own_names import in_own_names
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, ONE, OPT, PARTS, looped

ZERO = "optimizer.zero_grad()  # before loss.backward()"
CROSS = "loss = nn.CrossEntropyLoss()"
BALANCED = "functools.partial(loss, weight=torch.tensor([0.5, 1.5]))"


def said(script, *parts):
    names = open_python(script(*parts)).names
    return lambda line: in_own_names(line, names)


def test_model_optimizer_and_what_is_lost_go_by_the_scripts_names(script):
    own = said(script, PARTS, LOADER, looped("cost = criterion(net(a), b); cost.backward()"))
    assert own(ZERO) == "opt.zero_grad()  # before cost.backward()"
    assert own("all of model.parameters() in the optimizer") == (
        "all of net.parameters() in the optimizer"
    )
    assert own("optimizer = torch.optim.Adam(model.parameters(), lr=0.001)") == (
        "opt = torch.optim.Adam(net.parameters(), lr=0.001)"
    )
    assert own("targets = targets.reshape(-1, 1)") == "b = b.reshape(-1, 1)"


def test_a_loss_is_assigned_where_the_script_keeps_one(script):
    own = said(script, PARTS, LOADER, looped("loss = criterion(net(a), b); loss.backward()"))
    assert own(CROSS) == "criterion = nn.CrossEntropyLoss()"
    assert own("loss.weight = torch.tensor([1.0, 2.0])") == (
        "criterion.weight = torch.tensor([1.0, 2.0])"
    )


def test_a_loss_is_called_where_the_script_calls_a_function(script):
    own = said(script, MODEL + OPT, LOADER, looped("loss = F.nll_loss(net(a), b); loss.backward()"))
    assert own(CROSS) == "F.cross_entropy(...)  # in place of F.nll_loss(...)"
    assert own(f"loss = {BALANCED}") == (
        "F.nll_loss(..., weight=torch.tensor([0.5, 1.5]))  # in place of F.nll_loss(...)"
    )


def test_a_loss_that_is_put_together_is_replaced_as_a_whole(script):
    update = "loss = ((net(a)[:, 0] - b) ** 2).mean(); loss.backward()"
    own = said(script, ONE + OPT, LOADER, looped(update))
    told = own("loss = nn.MSELoss(reduction='mean')")
    assert told.startswith("nn.MSELoss(reduction='mean')(outputs, targets)  # in place of ((")


TWO = "enc, dec = nn.Linear(4, 8), nn.Linear(8, 2)\n"
HAND = "w = torch.zeros(8, 2, requires_grad=True)\n"
ADAM = "optimizer = torch.optim.Adam(model.parameters(), lr=0.001)"


@pytest.mark.parametrize(
    ("made", "out", "told"),
    [
        (TWO, "dec(enc(a))", "nn.ModuleList([enc, dec]).parameters()"),
        (TWO + HAND, "enc(a) @ w", "[*enc.parameters(), w]"),
    ],
)
def test_a_model_that_is_put_together_goes_by_the_names_of_its_parts(script, made, out, told):
    update = f"loss = F.cross_entropy({out}, b); loss.backward()"
    opt = "opt = optim.Adam(enc.parameters())\n"
    own = said(script, made + opt, LOADER, looped(update))
    assert own(ADAM) == f"opt = torch.optim.Adam({told}, lr=0.001)"


def test_without_names_a_line_is_a_pattern():
    assert in_own_names(ZERO, {}) == ZERO
