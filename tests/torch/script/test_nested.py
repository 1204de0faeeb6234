"""Scripts that step behind a loop of its own, in which gradients of several batches add up."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from torch import nn

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python
from nndoctor.trainable import Plan

from .parts import LOADER, MODEL, PARTS, both_ways

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
SGD = MODEL + "opt = optim.SGD(net.parameters(), lr=0.3, momentum=0.9)\n"
SGD += "criterion = nn.CrossEntropyLoss()\naccum = 4\n"
EPOCH_SCHEDULE = "sched = optim.lr_scheduler.StepLR(opt, 2, 0.5)\n"
STEP_SCHEDULE = "sched = optim.lr_scheduler.CosineAnnealingLR(opt, 15)\n"
BY_NEXT = """
for epoch in range(5):
    batches = iter(loader)
    for _ in range(len(loader) // accum):
        opt.zero_grad()
        for micro in range(accum):
            a, b = next(batches)
            (criterion(net(a), b) / accum).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.1)
        opt.step()
"""
ENDLESS = """
batches = iter(loader)
for step in range(15):
    for micro in range(accum):
        try:
            a, b = next(batches)
        except StopIteration:
            batches = iter(loader)
            a, b = next(batches)
        loss = criterion(net(a), b) / accum
        loss.backward()
    opt.step()
    opt.zero_grad()
"""
UNTIL_THE_END = """
for epoch in range(5):
    batches = iter(loader)
    while True:
        try:
            a, b = next(batches)
        except StopIteration:
            break
        opt.zero_grad()
        criterion(net(a), b).backward()
        opt.step()
"""
CYCLE = """
def cycle(rows):
    while True:
        for one in rows:
            yield one

def main():
    batches = cycle(loader)
    step = 0
    while step < 15:
        for micro in range(accum):
            batch = next(batches)
            a, b = batch[0].to("cpu"), batch[1].to("cpu")
            loss = criterion(net(a), b)
            (loss / accum).backward()
        opt.step()
        opt.zero_grad(set_to_none=True)
        step += 1

main()
"""
BY_METHOD = """
class Batches:
    def __init__(self, rows):
        self.rows, self.at = rows, iter(rows)

    def next(self):
        try:
            return next(self.at)
        except StopIteration:
            self.at = iter(self.rows)
            return next(self.at)

batches = Batches(loader)
for step in range(60):
    a, b = batches.next()
    opt.zero_grad()
    criterion(net(a), b).backward()
    opt.step()
"""
ARRAYS = """
for epoch in range(5):
    for i in range(0, len(x), 10 * accum):
        opt.zero_grad()
        for micro in range(accum):
            start = i + micro * 10
            loss = criterion(net(x[start:start + 10]), y[start:start + 10])
            loss.backward()
        opt.step()
"""
WHOLE = """
for epoch in range(9):
    opt.zero_grad()
    for a, b in loader:
        loss = criterion(net(a), b) / len(loader)
        loss.backward()
    opt.step()
"""
IN_A_FUNCTION = """
def train_epoch():
    opt.zero_grad()
    for a, b in loader:
        criterion(net(a), b).backward()
    opt.step()

for epoch in range(9):
    train_epoch()
"""


def scheduled(body, line):
    return body.replace("opt.step()\n", f"opt.step()\n        {line}\n")


@pytest.mark.parametrize(
    ("body", "word", "updates"),
    [
        (BY_NEXT, "of 4 batches of 10", 15),
        (ENDLESS, "of 4 batches of 10", 15),
        (CYCLE, "of 4 batches of 10", 15),
        (ENDLESS.replace("range(accum)", "range(2)"),
         "of 2 batches of 10, divided by 4", 15),
        (UNTIL_THE_END, "5 epochs in batches of 10", 60),
        (BY_METHOD, "5 epochs in batches of 10", 60),
        (ARRAYS, "of 4 batches of 10, whose losses are not divided", 15),
        (WHOLE, "of 12 batches of 10", 9),
        (IN_A_FUNCTION, "of 12 batches of 10, whose losses are not divided", 9),
        (STEP_SCHEDULE + scheduled(BY_NEXT, "sched.step()"), "of 4 batches of 10", 15),
        (EPOCH_SCHEDULE + BY_NEXT + "    sched.step()\n", "StepLR after each epoch", 15),
        (STEP_SCHEDULE + WHOLE + "    sched.step()\n", "of 12 batches of 10", 9),
        ("accum = 5\n" + BY_NEXT, "of 5 batches of 10", 10),
    ],
)  # fmt: skip
def test_an_update_has_the_gradients_of_the_rounds_before_it(script, body, word, updates):
    path = script(SGD, IN_ORDER, body)
    made = open_python(path)
    assert any(word in one for one in made.words)
    assert abs(made.total_updates - updates) <= made.epoch_updates // 2
    if made.total_updates == updates:
        its, ours = both_ways(path)
        np.testing.assert_allclose(ours, its, rtol=3e-4, atol=2e-6)


@pytest.mark.parametrize(
    ("hands_on", "said"),
    [
        (
            "a, b = next(self.at); return a + 1, b",
            "makes something of its own of a loader's batches",
        ),
        ("a, b = next(self.at); return next(self.at)", "makes something of its own"),
    ],
)
def test_batches_of_a_loader_that_a_method_makes_others_of_are_refused(script, hands_on, said):
    body = BY_METHOD.replace(
        "            return next(self.at)\n        except",
        "            " + hands_on + "\n        except",
    )
    with pytest.raises(UsageError, match=said):
        open_python(script(SGD, IN_ORDER, body))


DRAWN = """
def get_batch(split):
    at = torch.randint(0, len(x), (10,))
    return x[at], y[at]

a, b = get_batch("train")
step = 0
while True:
    for group in opt.param_groups:
        group["lr"] = 0.3 / (1 + step)
    for micro in range(accum):
        loss = criterion(net(a), b) / accum
        a, b = get_batch("train")
        loss.backward()
    if accum > 1:
        nn.utils.clip_grad_norm_(net.parameters(), 0.1)
    opt.step()
    opt.zero_grad(set_to_none=True)
    step += 1
    if step > 20:
        break
"""


def test_batches_that_are_drawn_ahead_are_those_of_a_function(script):
    made = open_python(script(SGD, DRAWN))
    assert (len(made.train), made.epochs, made.total_updates) == (21 * 40, 1, 21)
    assert any("learning rate from 0.3 to 0.0143" in one for one in made.words)
    start = replace(made.trainable, shuffle=False).fresh(0)
    net, weights = start.model, [p.detach().clone() for p in start.model.parameters()]
    inputs, targets = start.unpacked(made.train.rows(np.arange(40)))
    nn.CrossEntropyLoss()(net(inputs), targets).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.1)
    expected = [w - 0.3 * p.grad for w, p in zip(weights, net.parameters(), strict=True)]
    start.train(made.train, Plan(1))
    for one, other in zip(net.parameters(), expected, strict=True):
        torch.testing.assert_close(one.detach(), other)


TRAINER = """
class Trainer:
    def __init__(self):
        self.batches = iter(loader)
    def fit(self):
        for step in range(12):
            a, b = next(self.batches)
            opt.zero_grad()
            criterion(net(a), b).backward()
            opt.step()

Trainer().fit()
"""
FEW = BY_NEXT.replace("len(loader) // accum", "2")
CHUNKS = """
for epoch in range(3):
    for a, b in loader:
        opt.zero_grad()
        for c, d in zip(a.chunk(2), b.chunk(2)):
            (criterion(net(c), d) / 2).backward()
        opt.step()
"""
SLICES = CHUNKS.replace("c, d in zip(a.chunk(2), b.chunk(2))", "i in range(2)").replace(
    "net(c), d", "net(a[i * 5:i * 5 + 5]), b[i * 5:i * 5 + 5]"
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (FEW, "8 of 12 batches by next(batches)"),
        (ARRAYS.replace("range(accum)", "range(accum - epoch % 2)"), "before each step()"),
        (BY_NEXT.replace("            a, b", "            if epoch > 3: break\n            a, b"),
         "before each step()"),
        (BY_NEXT.replace("        opt.step()", "        if epoch < 3: opt.step()"),
         "if epoch < 3"),
        (ENDLESS.replace("batches = iter(loader)\nfor", "batches = iter([*loader])\nfor"),
         "next(batches) of several iterators"),
        (BY_NEXT.replace("next(batches)", "next(iter(loader))"),
         "the same batch by each next(iter(loader))"),
        (TRAINER, "next(self.batches), whose iterator is made elsewhere"),
        (CHUNKS, "for (c, d) in zip(a.chunk(2), b.chunk(2)): before each step()"),
        (CHUNKS.replace("        opt.step()", "            opt.step(); opt.zero_grad()"),
         "batches that are parts of a, b"),
        (SLICES, "several updates with each of loader"),
        ("a, b = x[:10], y[:10]\n" + DRAWN.replace('a, b = get_batch("train")\nstep', "step"),
         "which the loop gives other rows"),
    ],
)  # fmt: skip
def test_what_is_not_so_many_batches_for_each_update_is_refused(script, body, said):
    with pytest.raises(UsageError, match="does more than can be read") as refused:
        open_python(script(PARTS, "accum = 4\n", IN_ORDER, body))
    assert said in str(refused.value)


@pytest.mark.parametrize("whole", [WHOLE, BY_NEXT])
def test_a_schedule_that_moves_on_with_each_part_of_an_update_is_left_out(script, whole):
    body = whole.replace(".backward()\n", ".backward(); sched.step()\n")
    made = open_python(script(SGD, IN_ORDER, STEP_SCHEDULE, body))
    assert made.trainable.rate_plan is None
    assert any("which moves on several times an update" in word for word in made.words)


def test_updates_in_an_outer_loop_are_counted(script):
    epochs = DRAWN.partition("a, b =")[0] + (
        "for epoch in range(5):\n    for it in range(20):\n        a, b = get_batch('train')\n"
        "        opt.zero_grad()\n        criterion(net(a), b).backward()\n        opt.step()\n"
        "    sched.step()\n"
    )
    made = open_python(script(SGD, EPOCH_SCHEDULE, epochs))
    assert (made.epochs, made.epoch_updates) == (5, 20)
    assert any("StepLR after each epoch: learning rate from 0.3 to 0.075" in w for w in made.words)
    runs = epochs.replace("for epoch", "for run").replace(
        "    for it", f"    {MODEL}    opt = optim.SGD(net.parameters(), lr=0.1)\n    for it"
    ).replace("    sched.step()\n", "")  # fmt: skip
    made = open_python(script(SGD, runs))
    assert (made.epochs, made.epoch_updates) == (1, 20)


@pytest.mark.parametrize(
    ("loop", "epochs"),
    [
        ("epoch = 0\nwhile epoch < 7:\n    epoch += 1\n", 7),
        ("epoch = 0\nwhile True:\n    epoch += 2\n    if epoch == 14: break\n", 6),
        ("epoch = 1\nwhile epoch <= 7 and net.training:\n    epoch = epoch + 1\n", 7),
        ("class Own: epoch = 0\nown = Own()\nwhile own.epoch < 7:\n    own.epoch += 1\n", 7),
        ("for run in range(3):\n  for epoch in range(7):\n    fresh = net\n", 7),
        ("best = 9\nwhile best > 0:\n    best = min(best, 5)\n", 10),
    ],
)
def test_a_while_is_counted_where_what_it_counts_ends_it(script, loop, epochs):
    body = "    opt.zero_grad()\n    criterion(net(x), y).backward()\n    opt.step()\n"
    assert open_python(script(SGD, loop, body)).epochs == epochs
