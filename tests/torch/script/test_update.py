"""What one update of a script does around its backward()."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python
from nndoctor.trainable import Plan

from .parts import LOADER, MODEL, OPT, PARTS, UPDATE, both_ways, looped


def test_gradients_that_the_script_never_clears_are_found(run, script):
    path = script(PARTS, LOADER, looped(UPDATE, clear="pass"))
    found = json.loads(run("setup", path, "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND803"] == "error"
    path = script(PARTS, LOADER, looped(UPDATE))
    found = json.loads(run("setup", path, "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND803"] == "skip"


@pytest.mark.parametrize("clear", ["for p in net.parameters(): p.grad = None", "net.zero_grad()"])
def test_gradients_are_cleared_in_other_ways_too(script, clear):
    made = open_python(script(PARTS, LOADER, looped(UPDATE, clear=clear)))
    assert not any("zero_grad" in word for word in made.words)
    assert made.trainable.step is None


@pytest.mark.parametrize(
    "body",
    [
        looped(UPDATE).replace("        opt.step()\n", ""),
        looped(UPDATE + "; opt.zero_grad()"),
    ],
)
def test_a_loop_that_moves_no_weight_is_found(run, script, body):
    path = script(PARTS, LOADER, body)
    found = json.loads(run("setup", path, "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND813"] == "error"


def test_what_stands_between_backward_and_step_belongs_to_the_update(run, script):
    clip = UPDATE + "; nn.utils.clip_grad_norm_(net.parameters(), 1e-9)"
    made = open_python(script(PARTS, LOADER, looped(clip)))
    assert any("clip_grad_norm_" in word for word in made.words)
    start = made.trainable.fresh(0)
    weights = {name: np.copy(one) for name, one in start.parameters().items()}
    assert made.trainable.step is not None
    start.train(made.train, Plan(1))
    gradients = start.model[0].weight.grad
    assert float(gradients.norm()) < 1e-8
    assert any((start.parameters()[name] != one).any() for name, one in weights.items())


def test_what_clamps_weights_behind_the_step_belongs_to_the_update(script):
    clamp = looped(UPDATE) + "        for p in net.parameters(): p.data.clamp_(-1e-3, 1e-3)\n"
    made = open_python(script(PARTS, LOADER, clamp))
    assert any("its own line behind step(): for p in" in word for word in made.words)
    model = made.trainable.fresh(0)
    model.train(made.train, Plan(2))
    assert max(float(abs(one).max()) for one in model.weights().values()) < 1.1e-3


AVERAGE = """
class Average:
    def __init__(self, net):
        self.kept = [p.detach().clone() for p in net.parameters()]
    def update(self, net):
        for mine, p in zip(self.kept, net.parameters()):
            mine.mul_(0.9).add_(p.detach(), alpha=0.1)

def towards(other, net):
    for mine, p in zip(other.parameters(), net.parameters()):
        mine.data.lerp_(p.data, 0.1)

average, slow = Average(net), nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
"""
CLAMP = """
def clamp(module):
    for p in module.parameters():
        p.data.clamp_(-0.1, 0.1)
"""
IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")


def test_a_function_that_clamps_weights_behind_the_step_belongs_to_the_update(script):
    path = script(PARTS, IN_ORDER, CLAMP, looped(UPDATE) + "        clamp(net)\n")
    assert "with its own line behind step(): clamp(net)" in open_python(path).words
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)


def test_an_average_of_weights_behind_the_step_is_none_of_the_update(script):
    more = "        average.update(net)\n        towards(slow, net)\n"
    path = script(PARTS, IN_ORDER, AVERAGE, looped(UPDATE) + more)
    assert open_python(path).trainable.step is None
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)


OWNER = """
class Trainer:
    def clip(self):
        nn.utils.clip_grad_norm_(self.model.parameters(), 0.01)
    def clear(self):
        for p in self.model.parameters(): p.grad.zero_()
    def fit(self):
        self.model, self.opt = net, opt
        for a, b in loader:
            criterion(self.model(a), b).backward()
            LINE
            self.opt.step()
            self.clear()
Trainer().fit()
"""


def test_a_function_that_clips_gradients_of_a_model_it_is_not_given_is_refused(script):
    by_name = "def clip():\n    nn.utils.clip_grad_norm_(net.parameters(), 0.01)\n"
    for body in (OWNER.replace("LINE", "self.clip()"), by_name + looped(UPDATE + "; clip()")):
        with pytest.raises(UsageError, match=r"clip\(\), which knows the model by itself"):
            open_python(script(PARTS, LOADER, body))
    assert open_python(script(PARTS, LOADER, OWNER.replace("LINE", "pass")))


def test_a_penalty_on_the_weights_belongs_to_the_update(script):
    update = (
        "loss = criterion(net(a), b); "
        "loss = loss + 100 * sum(p.pow(2).sum() for p in net.parameters()); loss.backward()"
    )
    made = open_python(script(PARTS, LOADER, looped(update)))
    assert any(word.startswith("with its penalty 100 * sum") for word in made.words)
    plain = open_python(script(PARTS, LOADER, looped(UPDATE)))

    def norm_after(setup):
        model = setup.trainable.fresh(0)
        model.train(setup.train, Plan(30))
        return sum(float((one**2).sum()) for one in model.weights().values())

    assert norm_after(made) < 0.5 * norm_after(plain)


def test_batch_norms_know_nothing_of_the_script_s_own_forward_pass(script):
    normed = MODEL.replace("nn.ReLU()", "nn.BatchNorm1d(8)")
    made = open_python(script(normed, OPT, "criterion = F.cross_entropy\n", LOADER, looped(UPDATE)))
    assert int(made.trainable.fresh(0).model[1].num_batches_tracked) == 0
