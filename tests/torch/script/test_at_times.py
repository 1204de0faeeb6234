"""What loops of scripts do at times alone, and is told as left out."""

import pytest

pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python

from .parts import LOADER, PARTS, UPDATE, looped

EARLY = "best = 1.0\nstopper = type('Stopper', (), {'over': False, '__call__': print})()\n"


def words(script, *parts):
    return open_python(script(PARTS, LOADER, *parts)).words


@pytest.mark.parametrize(
    ("test", "told"),
    [("b.sum() > 5", True), ("torch.isnan(a).any()", False), ("not a.isfinite().all()", False)],
)
def test_batches_that_are_passed_over_are_told(script, test, told):
    body = looped(f"if {test}: continue; {UPDATE}")
    said = "batches that its continue passes over are trained on as well"
    assert (said in words(script, body)) == told


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("if loss.item() < best / 100: break", True),
        ("stopper(loss)\n    if stopper.over:\n        print('over')\n        break", True),
        ("if not nn.__name__: break", False),
        ("for i in range(3):\n        if i == epoch: break", False),
    ],
)
def test_stopping_early_is_told(script, end, told):
    said = "it may stop early, which is left out: all 7 epochs are trained"
    assert (said in words(script, EARLY, looped(UPDATE), f"    {end}\n")) == told


STAGES = """
def train(epochs, optimizer):
    for epoch in range(epochs):
        for a, b in loader:
            optimizer.zero_grad()
            criterion(net(a), b).backward()
            optimizer.step()

train(3, opt)
"""


@pytest.mark.parametrize(("more", "told"), [("train(5, opt)\n", True), ("print(train)\n", False)])
def test_a_second_training_by_the_same_function_is_told(script, more, told):
    found = words(script, STAGES, more)
    assert any("calls as well is not looked at" in word for word in found) == told


EPOCHS = """
def run(rows, train=True):
    for a, b in rows:
        loss = criterion(net(a), b)
        if train:
            opt.zero_grad()
            loss.backward()
            opt.step()

valid = loader
for epoch in range(7):
    run(loader)
"""


@pytest.mark.parametrize(
    ("more", "told"),
    [("run(other)", True), ("run(loader, train=False)", False), ("run(valid)", False)],
)
def test_a_training_on_other_rows_in_each_epoch_is_told(script, more, told):
    found = words(script, "other = DataLoader(TensorDataset(x, y), 5)\n", EPOCHS, f"    {more}\n")
    assert any("calls as well is not looked at" in word for word in found) == told
