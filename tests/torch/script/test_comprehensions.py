"""Loops that are comprehensions: `losses = [step(batch) for batch in loader]`."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python
from nndoctor.setup.script.unrolled import unrolled

from .parts import LOADER, PARTS, both_ways

STEP = """
def step(a, b):
    opt.zero_grad()
    loss = criterion(net(a), b)
    loss.backward()
    opt.step()
    return loss.item()
"""
ORDERED = LOADER.replace("shuffle=True", "shuffle=False")

LOOPS = [
    "    losses = [step(a, b) for a, b in loader]\n",
    "    total = sum(step(a, b) for a, b in loader) / len(loader)\n",
    "    total = np.mean([\n        step(a, b)\n        for a, b in loader\n    ])\n",
    "    losses, sizes = zip(*[(step(a, b), len(a)) for a, b in loader])\n",
    "    print('é', sum([step(*batch) for batch in loader]))\n",
]


@pytest.mark.parametrize("loop", LOOPS)
def test_a_comprehension_trains_as_its_loop_does(script, loop):
    path = script(PARTS, ORDERED, STEP, "for epoch in range(5):\n", loop)
    made = open_python(path)
    assert len(made.train) == 120
    assert made.epochs == 5
    assert made.trainable.batch_size == 10
    own, mine = both_ways(path)
    assert np.allclose(own, mine, atol=1e-6)


def test_it_may_stand_in_a_class_and_in_what_a_function_returns(script):
    trainer = """
class Trainer:
    def step(self, batch):
        a, b = batch
        opt.zero_grad()
        loss = criterion(net(a), b)
        loss.backward()
        opt.step()
        return loss.item()
    def epoch(self):
        return sum(self.step(batch) for batch in loader) / len(loader)
    def fit(self, epochs):
        return [self.epoch() for epoch in range(epochs)]
"""
    path = script(PARTS, ORDERED, trainer, "Trainer().fit(6)\n")
    assert open_python(path).epochs == 6
    own, mine = both_ways(path)
    assert np.allclose(own, mine, atol=1e-6)


def test_a_fault_in_it_is_named(run, script):
    faulty = STEP.replace("criterion(net(a), b)", "criterion(net(a).softmax(1), b)")
    path = script(PARTS, LOADER, faulty, "for e in range(9):\n", LOOPS[0])
    done = run("setup", "report", path)
    assert "ND804" in done.out
    done = run("setup", "report", script(PARTS, LOADER, STEP, "for e in range(9):\n", LOOPS[0]))
    assert "softmax is the last thing computed" not in done.out


@pytest.mark.parametrize(
    "loop",
    [
        "losses = [step(a, b) for a, b in loader if len(a) == 10]",
        "losses = [step(a, b) for epoch in range(5) for a, b in loader]",
        "any(step(a, b) < 0.01 for a, b in loader)",
        "losses = {i: step(a, b) for i, (a, b) in enumerate(loader)}",
    ],
)
def test_one_that_is_no_plain_loop_is_refused_with_what_to_do(run, script, loop):
    done = run("check-loss", script(PARTS, LOADER, STEP, f"for e in range(5):\n    {loop}\n"))
    assert done.code == 2
    assert "for a, b in loader" in done.err or "in enumerate(loader)" in done.err
    assert "write it as a for loop of its own" in done.err


def test_lines_stay_where_they_are():
    source = "a = 1\nlosses = [\n    step(b)\n    for b in loader\n]\nlast = 2\n"
    read = unrolled(source, ((3, 4), (3, 11)))
    assert read.text.splitlines()[1] == "for b in loader: losses = [step(b)]"
    assert read.text.splitlines()[5] == "last = 2"
    assert read.line == 2
    other = unrolled(source, ((6, 0), (6, 8)))
    assert (other.text, other.line, other.unread) == (source, 6, "")


def test_a_function_may_be_given_a_batch_in_parts(script):
    """The rows are all of the loader's, and not those of its first batch."""
    for call in ("step(*batch)", "step(batch[0], batch[1])", "step(b=batch[1], a=batch[0])"):
        loop = f"    for batch in loader:\n        {call}\n"
        path = script(PARTS, ORDERED, STEP, "for epoch in range(5):\n", loop)
        assert len(open_python(path).train) == 120
        own, mine = both_ways(path)
        assert np.allclose(own, mine, atol=1e-6)


def test_a_batch_that_goes_out_of_sight_is_refused(run, script):
    hidden = """
class Held:
    def step(self):
        opt.zero_grad()
        criterion(net(self.a), self.b).backward()
        opt.step()
held = Held()
for epoch in range(5):
    for a, b in loader:
        held.a, held.b = 2 * a, b
        held.step()
"""
    done = run("check-loss", script(PARTS, LOADER, hidden))
    assert done.code == 2
    assert "nothing of what loader gives is seen in criterion(net(self.a), self.b)" in done.err
