"""Scripts whose schedule goes by a loss: held against the weights and rates that they end with."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python
from nndoctor.trainable import Plan

from .parts import LOADER, MODEL, both_ways

ROWS = (
    LOADER.replace("shuffle=True", "shuffle=False")
    + """
u = torch.randn(60, 4, generator=g)
v = (u[:, 0] > 0).long()
val_loader = DataLoader(TensorDataset(u, v), batch_size=25)
"""
)
SGD = MODEL + "opt = optim.SGD(net.parameters(), lr=1.0, momentum=0.9)\n"
SGD += "criterion = nn.CrossEntropyLoss()\n"
OF = "sched = optim.lr_scheduler.ReduceLROnPlateau"
INLINE = """
for epoch in range(8):
    net.train()
    running_loss, losses = 0.0, []
    for a, b in loader:
        opt.zero_grad()
        loss = criterion(net(a), b)
        loss.backward()
        opt.step()
        running_loss += loss.item() * a.size(0)
        losses.append(loss.item())
    train_loss = running_loss / len(loader.dataset)
    net.eval()
    val_loss, correct = 0.0, 0
    with torch.no_grad():
        for a, b in val_loader:
            out = net(a)
            val_loss += criterion(out, b).item()
            correct += (out.argmax(1) == b).sum().item()
            print(val_loss)
    val_loss /= len(val_loader)
    accuracy = correct / len(val_loader.dataset)
    print(epoch, val_loss)
    sched.step(VALUE)
    if val_loss < 0.1:
        torch.save(net.state_dict(), "nothing.pt")
"""
FUNCTIONS = """
def train_epoch(model, rows, optimizer):
    model.train()
    total = 0
    for a, b in rows:
        optimizer.zero_grad()
        loss = criterion(model(a), b)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(rows)

@torch.no_grad()
def evaluate(model, rows):
    model.eval()
    return sum(criterion(model(a), b).item() for a, b in rows) / len(rows), 0.5

def main():
    for epoch in range(8):
        train_loss = train_epoch(net, loader, opt)
        val_loss, _ = evaluate(net, val_loader)
        sched.step(VALUE)

main()
"""
COUNTED = INLINE.replace("running_loss, losses = 0.0, []", "total = 0\n    seen = 0")
COUNTED = COUNTED.replace("running_loss", "total").replace("losses.append(loss.item())",
                                                           "seen += len(b)")  # fmt: skip
EACH = INLINE.replace("        opt.step()\n", "        opt.step()\n        sched.step(loss)\n")
EACH = EACH.replace("    sched.step(VALUE)\n", "")


@pytest.mark.parametrize(
    ("schedule", "body", "value"),
    [
        (f"{OF}(opt, patience=0, factor=0.3, threshold=0.3)\n", INLINE, "val_loss"),
        (f"{OF}(opt, 'max', patience=0, factor=0.5, threshold=0.2)\n", INLINE, "val_loss"),
        (f"{OF}(opt, 'max', patience=1, factor=0.5)\n", INLINE, "accuracy"),
        (f"{OF}(opt, patience=0, factor=0.3, threshold=0.05)\n", INLINE, "train_loss"),
        (f"{OF}(opt, patience=0, threshold=0.3, threshold_mode='abs')\n", INLINE,
         "running_loss / 100"),
        (f"{OF}(opt, patience=0, factor=0.5)\n", INLINE, "np.mean(losses)"),
        (f"{OF}(opt, patience=0, factor=0.5)\n", INLINE, "loss"),
        (f"{OF}(opt, patience=0, factor=0.3, threshold=0.3)\n", FUNCTIONS, "val_loss"),
        (f"{OF}(opt, patience=0, factor=0.3, threshold=0.1)\n", FUNCTIONS, "train_loss"),
        (f"{OF}(opt, patience=0, factor=0.3, threshold=0.2)\n", COUNTED, "total / seen"),
        (f"{OF}(opt, patience=3, factor=0.5, cooldown=2, min_lr=0.1)\n", EACH, "loss"),
    ],
)  # fmt: skip
def test_a_schedule_is_told_what_the_script_tells_it(script, schedule, body, value):
    path = script(SGD, ROWS, schedule, body.replace("VALUE", value))
    made, own = open_python(path), {"__name__": "elsewhere"}
    its, ours = both_ways(path)
    exec(path.read_text(), own)
    # the last rate is that of the last update, where the script may have lowered it once more
    rates = made.trainable.fresh(0).train(made.train, Plan(made.total_updates + 1)).rate
    assert rates[-1] == pytest.approx(own["opt"].param_groups[0]["lr"], rel=1e-6)
    assert rates[-1] < rates[0]
    np.testing.assert_allclose(ours, its, rtol=2e-3, atol=1e-5)
    assert any(value in word and "after each" in word for word in made.words)


@pytest.mark.parametrize(
    ("body", "value", "told"),
    [
        (INLINE, "train_loss", (1.0 * 10 + 2.0 * 5) / 120),
        (INLINE, "np.mean(losses)", 1.5),
        (FUNCTIONS, "train_loss", 3.0 / 12),
        (COUNTED, "total / seen", (1.0 * 10 + 2.0 * 5) / 15),
    ],
)
def test_losses_count_as_they_do_in_the_script(script, body, value, told):
    made = open_python(script(SGD, ROWS, f"{OF}(opt)\n", body.replace("VALUE", value)))
    by = made.trainable.rate_plan.watching.by
    assert by(made.trainable.fresh(0), (1.0, 2.0), (10, 5)) == pytest.approx(told)


def test_what_is_told_in_evaluation_mode_leaves_training_as_it_was(script):
    normed = SGD.replace("nn.ReLU()", "nn.BatchNorm1d(8)").replace("lr=1.0", "lr=0.1")
    body = INLINE.replace("VALUE", "val_loss")
    its, ours = both_ways(script(normed, ROWS, f"{OF}(opt, patience=0, factor=0.5)\n", body))
    np.testing.assert_allclose(ours, its, rtol=2e-3, atol=1e-5)


def test_the_state_of_a_start_has_what_its_schedule_knows(script):
    path = script(SGD, ROWS, f"{OF}(opt, patience=0, factor=0.3)\n",
                  INLINE.replace("VALUE", "train_loss"))  # fmt: skip
    made = open_python(path)
    whole, parts = made.trainable.fresh(0), made.trainable.fresh(0)
    whole.train(made.train, Plan(60))
    parts.train(made.train, Plan(31))
    resumed, kept = made.trainable.fresh(1), parts.state()
    parts.train(made.train, Plan(3))  # of which what was kept sees nothing
    assert len(kept["\0following"].losses) == 31 - 2 * 12
    resumed.load(kept)
    resumed.train(made.train, Plan(29))
    for name, array in whole.parameters().items():
        np.testing.assert_array_equal(array, resumed.parameters()[name])


def test_a_rate_that_falls_at_once_is_found(run, script):
    def found(settings):
        body = INLINE.replace("VALUE", "val_loss")
        path = script(SGD.replace("lr=1.0", "lr=0.1"), ROWS, f"{OF}(opt, {settings})\n", body)
        listed = json.loads(run("setup", path, "--format", "json").out)["findings"]
        return {one["code"]: one["status"] for one in listed}["ND214"]

    assert found("mode='max', patience=0, factor=0.1") == "warning"
    assert found("patience=5, factor=0.5") in ("ok", "skip")  # where nothing lowers it at all


OWNER = """
class Trainer:
    def __init__(self):
        self.model, self.opt, self.seen = net, opt, []
        self.sched = sched
    def train_epoch(self):
        self.model.train()
        for a, b in loader:
            self.opt.zero_grad()
            loss = criterion(self.model(a), b)
            loss.backward()
            self.opt.step()
    @torch.no_grad()
    def validate(self):
        self.model.eval()
        self.seen.append(sum(criterion(self.model(a), b).item() for a, b in val_loader))
        return self.seen[-1]
    def fit(self):
        for epoch in range(8):
            self.train_epoch()
            val_loss = self.validate()
            self.sched.step(VALUE)

trainer = Trainer()
trainer.fit()
"""


def test_a_trainer_is_asked_about_another_model(script):
    schedule = f"{OF}(opt, patience=0, factor=0.3, threshold=0.3)\n"
    path = script(SGD, ROWS, schedule, OWNER.replace("VALUE", "val_loss"))
    assert any("val_loss is no lower" in word for word in open_python(path).words)
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-3, atol=1e-5)


WRITING = FUNCTIONS.replace(
    "    model.eval()\n", "    model.eval(); torch.save(model, 'best.pt')\n"
)
TRAINER = """
class Trainer:
    def evaluate(self):
        return sum(criterion(net(a), b).item() for a, b in val_loader)

trainer = Trainer()
for epoch in range(8):
    for a, b in loader:
        opt.zero_grad()
        loss = criterion(net(a), b)
        loss.backward()
        opt.step()
    sched.step(trainer.evaluate())
"""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (WRITING.replace("VALUE", "val_loss"), "by torch.save(), which writes"),
        (TRAINER, "not seen to be about its model"),
        (INLINE.replace("VALUE", "train_loss + val_loss"), "that raise NameError"),
        (INLINE.replace("VALUE", "val_loss / (epoch + 1)"), "that raise NameError"),
        (INLINE.replace("VALUE", "val_loss, epoch"), "which is told more than a loss"),
        (INLINE.replace("running_loss, losses = 0.0, []", "losses = []").replace(
            "VALUE", "running_loss").replace("\nfor epoch", "\nrunning_loss = 0.0\nfor epoch"),
         "which is not set back"),
        (INLINE.replace("sched.step(VALUE)", "if epoch > 2: sched.step(val_loss)"),
         "which moves on under if epoch > 2"),
        (INLINE.replace("loss.item() * a.size(0)", "loss.item() ** 2").replace(
            "VALUE", "running_loss"), "which is not seen to be a loss"),
    ],
)  # fmt: skip
def test_what_is_not_seen_to_be_told_is_left_out(script, body, why):
    made = open_python(script(SGD, ROWS, f"{OF}(opt)\n", body))
    assert made.trainable.rate_plan is None
    assert any("its schedule is left out: ReduceLROnPlateau" in word and why in word
               for word in made.words)  # fmt: skip
