"""Scripts with a class around their optimizer, which sets the rate and steps."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, both_ways

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
PARTS = MODEL + "criterion = nn.CrossEntropyLoss()\n"
NOAM = """
class NoamOpt:
    def __init__(self, size, factor, warmup, optimizer):
        self.optimizer, self._step, self._rate = optimizer, 0, 0
        self.size, self.factor, self.warmup = size, factor, warmup
    def step(self):
        self._step += 1
        self._rate = self.rate()
        for p in self.optimizer.param_groups:
            p["lr"] = self._rate
        self.optimizer.step()
    def zero_grad(self):
        self.optimizer.zero_grad()
    def rate(self, step=None):
        step = step or self._step
        return self.factor * self.size ** -0.5 * min(step ** -0.5, step * self.warmup ** -1.5)

opt = NoamOpt(16, FACTOR, 20, optim.Adam(net.parameters(), lr=0, betas=(0.9, 0.98)))
"""
UPDATING = """
class Scheduled:
    def __init__(self, optimizer):
        self._optimizer, self.n = optimizer, 0
        self._schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.95)
    def zero_grad(self):
        self._optimizer.zero_grad()
    def step_and_update_lr(self):
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()

opt = Scheduled(optim.SGD(net.parameters(), lr=0.3, momentum=0.9))
"""


def loop(step="opt.step()", clear="opt.zero_grad()"):
    lines = [clear, "loss = criterion(net(a), b)", "loss.backward()", step]
    body = "".join(f"        {one}\n" for one in lines)
    return f"for epoch in range(5):\n    for a, b in loader:\n{body}"


WITH_FACTOR = NOAM.replace("FACTOR", "0.5")
OTHER = "opt.step_and_update_lr()"


@pytest.mark.parametrize(
    ("parts", "body", "described"),
    [
        (WITH_FACTOR, loop(), "NoamOpt after each step: learning rate from 0.0014 over 0.028 to"),
        (WITH_FACTOR, loop(clear="opt.optimizer.zero_grad()"), "NoamOpt after each step"),
        (UPDATING, loop(OTHER), "Scheduled after each step: learning rate from 0.3 to 0.0145"),
        (UPDATING, loop(OTHER, clear="pass"), "Scheduled after each step"),
    ],
)
def test_an_update_is_that_of_the_optimizer_at_the_rate_of_the_class(
    script, parts, body, described
):
    path = script(PARTS, parts, IN_ORDER, body)
    assert any(word.startswith(described) for word in open_python(path).words)
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=5e-4, atol=1e-5)


HELD = """
class Held:
    def __init__(self, optimizer):
        self.optimizer = optimizer
    def zero_grad(self):
        self.optimizer.zero_grad()
    def begin(self, epoch):
        for group in self.optimizer.param_groups:
            group["lr"] = 0.3 * 0.5 ** epoch
    def step(self):
        self.optimizer.step()

opt = Held(optim.SGD(net.parameters(), lr=0.3))
"""
BY_LINE = "    for g in opt.optimizer.param_groups: g['lr'] = 0.3 * 0.5 ** epoch\n"


def test_a_rate_that_is_set_beside_the_class_is_not_passed_over(script):
    def words(parts, more):
        return open_python(script(PARTS, parts, IN_ORDER, loop() + more)).words

    left = "its schedule is left out: the file sets ['lr'] itself"
    assert left in words(HELD, "    opt.begin(epoch)\n")
    assert not any("schedule" in word for word in words(HELD, ""))
    described = "its own lines after each epoch: learning rate from 0.3 to"
    assert any(word.startswith(described) for word in words(HELD, BY_LINE))
    with pytest.raises(UsageError, match="beside other lines that set rates"):
        words(WITH_FACTOR, BY_LINE)


def test_gradients_that_no_line_clears_are_found_though_the_class_could(run, script):
    def status(body):
        done = run("setup", script(PARTS, WITH_FACTOR, IN_ORDER, body), "--format", "json")
        found = json.loads(done.out)["findings"]
        return {one["code"]: one["status"] for one in found}["ND803"]

    assert status(loop(clear="pass")) == "error"
    assert status(loop()) != "error"


def test_a_class_that_leaves_no_rate_is_found(run, script):
    falling = UPDATING.replace("0.95", "0.5")
    done = run("setup", script(PARTS, falling, IN_ORDER, loop(OTHER)), "--format", "json")
    found = json.loads(done.out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND214"] == "warning"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("self.optimizer.step()", "nn.utils.clip_grad_norm_(net.parameters(), 1e-3); "
          "self.optimizer.step()"), "which knows net by itself"),
        (("self.optimizer.step()", "[p.grad.mul_(2 + p.grad) for g in self.optimizer.param_groups "
          "for p in g['params']]; self.optimizer.step()"), "does more than its optimizer"),
        (("self.optimizer.step()", "self.optimizer.step() if self._step % 2 else None"),
         "makes 30 steps"),
    ],
)  # fmt: skip
def test_a_class_that_does_more_is_refused(script, changed, said):
    path = script(PARTS, WITH_FACTOR.replace(*changed, 1), IN_ORDER, loop())
    with pytest.raises(UsageError, match="does more") as refused:
        open_python(path)
    assert said in str(refused.value)
