"""The learning-rate schedule of a script, and the moment at which it moves on."""

import json
import sys

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, UPDATE, both_ways, looped

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
SGD = MODEL + "opt = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)\n"
SGD += "criterion = nn.CrossEntropyLoss()\n"
TWO = MODEL + "opt = optim.Adam([{'params': net[0].parameters(), 'lr': 0.01},\n"
TWO += "                  {'params': net[2].parameters(), 'lr': 0.002}])\n"
TWO += "criterion = nn.CrossEntropyLoss()\n"
OF = "sched = optim.lr_scheduler."
EACH_STEP = looped(UPDATE) + "        sched.step()\n"
EACH_EPOCH = looped(UPDATE) + "    sched.step()\n"
EARLY = looped(UPDATE + "; sched.step()")
FIRST = looped(UPDATE).replace("    for a", "    sched.step()\n    for a", 1)
IN_PHASES = """
for epoch in range(5):
    for phase in ["train", "val"]:
        for a, b in loader:
            with torch.set_grad_enabled(phase == "train"):
                loss = criterion(net(a), b)
                if phase == "train":
                    opt.zero_grad()
                    loss.backward()
                    opt.step()
        if phase == "train" and sched is not None:
            sched.step()
"""
IN_FUNCTIONS = """
def train_epoch(model, rows, optimizer, scheduler=None):
    for a, b in rows:
        optimizer.zero_grad()
        loss = criterion(model(a), b)
        loss.backward()
        optimizer.step()
    if scheduler is not None:
        scheduler.step()

def main(net):
    for epoch in range(4):
        train_epoch(net, loader, opt, sched)

main(net)
"""
WARM_UP = """
sched = optim.lr_scheduler.SequentialLR(
    opt,
    [optim.lr_scheduler.LinearLR(opt, 0.01, total_iters=12),
     optim.lr_scheduler.CosineAnnealingLR(opt, 72)],
    milestones=[12],
)
"""


@pytest.mark.parametrize(
    ("parts", "schedule", "body", "described"),
    [
        (SGD, f"{OF}StepLR(opt, 2, 0.5)\n", EACH_EPOCH,
         "StepLR after each epoch: learning rate from 0.1 to 0.0125"),
        (SGD, f"{OF}StepLR(opt, 10, 0.5)\n", EACH_STEP,
         "StepLR after each step: learning rate from 0.1 to 0.000391"),
        (SGD, f"{OF}OneCycleLR(opt, 0.5, epochs=7, steps_per_epoch=len(loader))\n", EACH_STEP,
         "OneCycleLR after each step: learning rate from 0.02 over 0.5 to 2e-06"),
        (TWO, WARM_UP, EACH_STEP, "SequentialLR after each step: learning rate from 0.0001 over"),
        (TWO, f"{OF}ExponentialLR(opt, 0.7)\n", EACH_EPOCH, "ExponentialLR after each epoch"),
        (SGD, f"{OF}LambdaLR(opt, lambda s: 0.9 ** s)\n", EARLY, "LambdaLR after each step"),
        (SGD, f"{OF}LambdaLR(opt, lambda s: 0.5 ** s)\n", FIRST,
         "LambdaLR after each epoch: learning rate from 0.05 to"),
        (SGD, f"{OF}StepLR(opt, 2, 0.5)\n", IN_PHASES, "StepLR after each epoch"),
        (SGD, f"{OF}CosineAnnealingLR(opt, 4)\n", IN_FUNCTIONS,
         "CosineAnnealingLR after each epoch: learning rate from 0.1 to 0.0146"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
def test_a_set_up_trains_by_the_schedule_of_the_script(script, parts, schedule, body, described):
    path = script(parts, IN_ORDER, schedule, body)
    assert any(word.startswith(described) for word in open_python(path).words)
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-6)


def test_a_schedule_that_moves_on_with_each_batch_and_not_with_each_epoch_is_found(run, script):
    def status(body, gamma=0.5):
        path = script(SGD, LOADER, f"{OF}StepLR(opt, 3, {gamma})\n", body)
        found = json.loads(run("setup", path, "--format", "json").out)["findings"]
        return {one["code"]: one["status"] for one in found}["ND214"]

    assert status(EACH_STEP) == "warning"
    assert status(EACH_EPOCH) == "ok"


@pytest.mark.parametrize(
    ("schedule", "body", "rate", "said"),
    [
        (f"{OF}LambdaLR(opt, lambda s: min(1, (s + 1) / 100))\n",
         looped(UPDATE) + "    if loss < 0.3:\n        sched.step()\n", 0.1,
         "which moves on under if loss < 0.3"),
        (f"{OF}OneCycleLR(opt, 0.5, total_steps=90)\n",
         looped(UPDATE) + "        for _ in range(2):\n            sched.step()\n", 0.5,
         "stands in a loop of its own"),
        (f"{OF}StepLR(opt, 3)\n", EACH_STEP + "    sched.step()\n", 0.1, "in several places"),
        (f"{OF}StepLR(opt, 3)\n",
         looped(UPDATE) + "    if epoch > 2:\n        sched.step(); open('x', 'w').close()\n", 0.1,
         "which moves on under if epoch > 2"),
        (f"{OF}StepLR(opt, 3)\ndef after():\n    sched.step()\n",
         looped(UPDATE) + "    after()\n", 0.1, "whose sched.step() is elsewhere"),
        (f"{OF}StepLR(optim.SGD(net.parameters(), lr=1.0), 3)\n", EACH_EPOCH, 0.1,
         "which is of another optimizer"),
        (f"{OF}StepLR(opt, 3)\n", IN_PHASES.replace("if phase == \"train\" and sched", "if sched"),
         0.1, "several times an epoch"),
        ("opt.param_groups[0]['lr'] = 0.2\n", looped(UPDATE), 0.2, "sets ['lr'] itself"),
        ("all = [optim.lr_scheduler.StepLR(opt, 3)]\n",
         looped(UPDATE) + "    for one in all: one.step()\n", 0.1, "it has no name where"),
    ],
)  # fmt: skip
def test_a_schedule_that_can_t_be_read_is_left_out_at_the_rate_it_leads_to(
    script, schedule, body, rate, said
):
    made = open_python(script(SGD, LOADER, schedule, body))
    assert f"SGD at {rate:g}" in made.words[1]
    assert made.trainable.rate_plan is None
    assert any("its schedule is left out" in word and said in word for word in made.words)


def test_a_warm_up_that_never_moves_on_keeps_its_first_rate(script):
    never = f"{OF}LambdaLR(opt, lambda s: min(1, (s + 1) / 100))\n"
    path = script(SGD, IN_ORDER, never, looped(UPDATE))
    made = open_python(path)
    assert "SGD at 0.001" in made.words[1]
    assert any("LambdaLR never moves on" in word and "stays 0.001" in word for word in made.words)
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-6)


def test_a_schedule_that_another_file_may_move_on_is_left_out(script, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.modules", dict(sys.modules))
    (tmp_path / "endings.py").write_text("def end_epoch(one):\n    one.step()\n")
    body = looped(UPDATE) + "    end_epoch(sched)\n"
    made = open_python(script("from endings import end_epoch\n", SGD, f"{OF}StepLR(opt, 3)\n",
                              LOADER, body))  # fmt: skip
    assert any("one.step() is elsewhere" in word for word in made.words)


def test_a_cycle_that_is_shorter_than_the_training_is_told(script):
    short = f"{OF}OneCycleLR(opt, 0.5, total_steps=50)\n"
    made = open_python(script(SGD, LOADER, short, EACH_STEP))
    assert any("its step 51 raises ValueError" in word for word in made.words)


FUNCTION = """
def adjust(optimizer, epoch, factor=0.5):
    print("adjusted")
    for group in optimizer.param_groups:
        group["lr"] = 0.1 * factor ** (epoch // 2)
"""
STEPPED = """
def rate_at(step):
    return 0.3 * min((step + 1) / 20, 1.0)
it = 0
for epoch in range(7):
    for a, b in loader:
        lr = rate_at(it)
        for group in opt.param_groups:
            group["lr"] = lr
        opt.zero_grad()
        loss = criterion(net(a), b)
        loss.backward()
        opt.step()
        it += 1
"""
FIRST_LINE = "    for a, b in loader:"


def with_lines(*lines, behind=False):
    """The usual loop with lines in that over epochs."""
    text = "".join(f"    {line}\n" for line in lines)
    if behind:
        return looped(UPDATE) + text
    return looped(UPDATE).replace(FIRST_LINE, text + FIRST_LINE, 1)


HALF = "    for group in opt.param_groups: group['lr'] = rate"


@pytest.mark.parametrize(
    ("parts", "body", "described"),
    [
        (FUNCTION, with_lines("adjust(opt, epoch)"), "after each epoch: learning rate from 0.1 to"),
        ("", with_lines("if epoch in (2, 4):", "    opt.param_groups[0]['lr'] *= 0.1"),
         "after each epoch: learning rate from 0.1 to 0.001"),
        ("", with_lines("if epoch in (2, 4):", "    opt.param_groups[0]['lr'] /= 10", behind=True),
         "after each epoch: learning rate from 0.1 to 0.001"),
        ("", with_lines("for g_ in opt.param_groups:", "    g_.update(lr=0.1 * pow(0.5, epoch))"),
         "after each epoch: learning rate from 0.1 to 0.00156"),
        ("", with_lines("if epoch > 2:", "    opt.param_groups[0] |= {'lr': 0.1 / epoch}"),
         "after each epoch: learning rate from 0.1 to 0.0167"),
        ("rate = 0.1\n", with_lines("rate *= 0.8", "if True:", HALF),
         "after each epoch: learning rate from 0.08 to 0.021"),
        ("", STEPPED, "after each step: learning rate from 0.015 to 0.3"),
        ("", STEPPED.replace("rate_at(it)", "rate_at(epoch * len(loader) + i)").replace(
            "for a, b in loader", "for i, (a, b) in enumerate(loader)"),
         "after each step: learning rate from 0.015 to 0.3"),
    ],
)  # fmt: skip
def test_rates_that_a_script_sets_itself_are_a_schedule(script, parts, body, described):
    path = script(SGD, IN_ORDER, parts, body)
    found = open_python(path).words
    assert any(word.startswith("its own lines") and described in word for word in found)
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-6)


IN_A_FUNCTION = """
def train(epoch):
    for group in opt.param_groups:
        group["lr"] = 0.1 / epoch
    for a, b in loader:
        opt.zero_grad()
        loss = criterion(net(a), b)
        loss.backward()
        opt.step()

for epoch in range(1, 5):
    train(epoch)
"""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (with_lines("if loss.item() > 0.1:", "    opt.param_groups[0]['lr'] *= 0.5", behind=True),
         "by loss, which changes as it trains"),
        (FUNCTION.replace("optimizer, epoch", "_, epoch").replace("optimizer.", "opt.")
         + with_lines("adjust(opt, epoch)"), "in a way that is not seen"),
        (STEPPED + "    opt.param_groups[0]['lr'] = 0.1\n", "in several places"),
        (IN_A_FUNCTION, "outside of its loops"),
    ],
)  # fmt: skip
def test_rates_that_something_else_decides_are_left_out(script, body, why):
    made = open_python(script(SGD, LOADER, body))
    assert made.trainable.rate_plan is None
    assert any("the file sets ['lr'] itself" in word and why in word for word in made.words)


BETWEEN = looped(UPDATE, "for i, (a, b) in enumerate(loader):")
COUNTED = (
    "step = 0\n"
    + looped(UPDATE)
    + """
        if step < 20:
            warm.step()
        else:
            sched.step()
        step += 1
"""
)


@pytest.mark.filterwarnings("ignore:The epoch parameter")
@pytest.mark.parametrize(
    ("schedules", "body", "described"),
    [
        (f"{OF}CosineAnnealingWarmRestarts(opt, 3)\n",
         BETWEEN + "        sched.step(epoch + i / len(loader))\n",
         "CosineAnnealingWarmRestarts after each step"),
        (f"{OF}StepLR(opt, 1, 0.5)\n", looped(UPDATE) + "    if epoch > 2:\n        sched.step()\n",
         "StepLR after each epoch: learning rate from 0.1 to 0.0125"),
        (f"warm = optim.lr_scheduler.LinearLR(opt, 0.1, total_iters=20)\n"
         f"{OF}ExponentialLR(opt, 0.95)\n", COUNTED, "ExponentialLR, LinearLR after each step"),
        (f"warm = optim.lr_scheduler.LinearLR(opt, 0.1, total_iters=20)\n"
         f"{OF}ExponentialLR(opt, 0.95)\n", EACH_STEP + "        warm.step()\n",
         "ExponentialLR, LinearLR after each step"),
    ],
)  # fmt: skip
def test_schedules_may_move_on_by_what_the_loop_counts(script, schedules, body, described):
    path = script(SGD, IN_ORDER, schedules, body)
    assert any(word.startswith(described) for word in open_python(path).words)
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-6)


IN_A_CLASS = """
class Trainer:
    def __init__(self):
        self.opt = opt
    def fit(self):
        for epoch in range(5):
            for group in self.opt.param_groups:
                group["lr"] = 0.1 / (epoch + 1)
            for a, b in loader:
                self.opt.zero_grad()
                loss = criterion(net(a), b)
                loss.backward()
                self.opt.step()

Trainer().fit()
"""


def test_what_a_class_has_is_moved_on_as_a_copy(script):
    path = script(SGD, IN_ORDER, IN_A_CLASS)
    made = open_python(path)
    assert any("its own lines after each epoch: learning rate from 0.1 to 0.02" in word
               for word in made.words)  # fmt: skip
    assert made.trainable.optimizer.param_groups[0]["lr"] == 0.1
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-6)
