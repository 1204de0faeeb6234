"""Scripts whose optimizer takes a closure, as LBFGS does."""

import numpy as np
import pytest

pytest.importorskip("torch")

import nndoctor as nd
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, both_ways

LBFGS = MODEL + "criterion = nn.CrossEntropyLoss()\n"
LBFGS += "opt = optim.LBFGS(net.parameters(), lr=0.5, max_iter=5, history_size=4)\n"
WHOLE = """
for epoch in range(4):
    def closure():
        opt.zero_grad()
        loss = criterion(net(x), y)
        loss.backward()
        return loss
    opt.step(closure)
"""
BATCHES = """
for epoch in range(2):
    for a, b in loader:
        def closure():
            opt.zero_grad()
            loss = criterion(net(a), b) + 1e-3 * sum((p ** 2).sum() for p in net.parameters())
            loss.backward()
            return loss
        opt.step(closure)
"""


@pytest.mark.parametrize(("body", "updates"), [(WHOLE, 4), (BATCHES, 24)])
def test_an_update_calls_the_closure_as_often_as_its_optimizer_does(script, body, updates):
    path = script(LBFGS, LOADER.replace("shuffle=True", "shuffle=False"), body)
    made = open_python(path)
    assert made.total_updates == updates
    assert "LBFGS at 0.5" in made.words[1]
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_a_check_up_of_one_ends_in_a_verdict(script):
    answer = nd.checkup(open_python(script(LBFGS, WHOLE)), budget=2)
    assert answer.trained is not None
    assert answer.trained.score > 0.8
