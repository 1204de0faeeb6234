"""Scripts that add up the gradients of several batches before they make an update."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, PARTS, both_ways

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
SGD = MODEL + "opt = optim.SGD(net.parameters(), lr=0.3, momentum=0.9)\n"
SGD += "criterion = nn.CrossEntropyLoss()\naccum = 4\n"
SCHEDULED = "sched = optim.lr_scheduler.CosineAnnealingLR(opt, 18)\n"


def adding(when, head="for i, (a, b) in enumerate(loader):", lost="loss / accum", inner="", top=""):
    """A loop of six epochs that steps under a condition."""
    lines = [top, "loss = criterion(net(a), b)", f"({lost}).backward()"]
    lines += [f"if {when}:", *(f"    {one}" for one in (*inner.split("; "), "opt.step()"))]
    lines += ["    opt.zero_grad()"] if not top.startswith("opt.zero") else []
    body = "".join(f"        {line}\n" for line in lines if line.strip())
    return f"for epoch in range(6):\n    {head}\n{body}"


COUNTER = "step = 0\n" + adding("step % accum == 0", "for a, b in loader:", top="step += 1")
BEHIND = adding("step % accum == 0", "for a, b in loader:").replace(
    "        if step", "        step += 1\n        if step"
)
LAST = "(i + 1) % accum == 0 or i + 1 == len(loader)"
ARRAYS = "for i in range(0, len(x), 10):\n        a, b = x[i:i + 10], y[i:i + 10]"
EACH = "(i + 1) % accum == 0"
SCALED = "scaler = torch.amp.GradScaler('cpu', enabled=False)\n" + adding(LAST).replace(
    "(loss / accum).backward", "scaler.scale(loss / accum).backward"
).replace("opt.step()", "scaler.step(opt); scaler.update()")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (adding("(i + 1) % accum == 0"), "of 4 batches of 10"),
        (adding("i % accum == accum - 1", lost="loss"), "10, whose losses are not divided"),
        (adding("(i + 1) % accum == 0", lost="loss / 2"), "of 4 batches of 10, divided by 2"),
        (adding("not (i + 1) % accum", inner="nn.utils.clip_grad_norm_(net.parameters(), 0.1)"),
         "of 4 batches of 10"),
        (COUNTER, "of 4 batches of 10"),
        ("step = 0\n" + BEHIND, "of 4 batches of 10"),
        (adding("(i // 10 + 1) % accum == 0", ARRAYS), "of 4 batches of 10"),
        (adding("(i + 1) % 5 == 0 or i + 1 == len(loader)", lost="loss"), "of 5 batches of 10"),
        (SCHEDULED + adding(EACH).replace("opt.step()", "opt.step(); sched.step()"),
         "of 4 batches of 10"),
        (adding("(i + 1) % accum == 0", top="opt.zero_grad()"), "those of the last one alone"),
        (SCALED, "of 4 batches of 10"),
    ],
)  # fmt: skip
def test_an_update_has_the_gradients_of_as_many_batches(script, body, word):
    path = script(SGD, IN_ORDER, body)
    made = open_python(path)
    assert any(word in one for one in made.words)
    assert "CrossEntropyLoss" in made.words[1]
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-6)


def test_what_is_left_of_an_epoch_is_told(script):
    made = open_python(script(SGD, IN_ORDER, adding("(i + 1) % 5 == 0", lost="loss / 5")))
    assert made.trainable.batch_size == 50
    assert any("what is left at the end of an epoch" in word for word in made.words)
    ending = adding("(i + 1) % 5 == 0 or i + 1 == len(loader)", lost="loss / 5")
    made = open_python(script(SGD, IN_ORDER, ending))
    assert any("the mean of what is left" in word for word in made.words)
    for body in (adding("(i + 1) % accum == 0"), "step = 0\n" + BEHIND):
        made = open_python(script(SGD, IN_ORDER, body))
        assert not any("what is left at the end of an epoch" in word for word in made.words)


def test_the_mean_of_what_is_left_is_that_of_fewer_batches(script):
    ending = "(i + 1) % 5 == 0 or i + 1 == len(loader)"
    _, ours = both_ways(script(SGD, IN_ORDER, adding(ending, lost="loss / 5")))
    means = adding(ending, lost="loss / (5 if i < 10 else 2)")
    own = {"__name__": "elsewhere"}
    exec(script(SGD, IN_ORDER, means).read_text(), own)
    its = np.concatenate([p.detach().numpy().ravel() for p in own["net"].parameters()])
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-6)


def test_a_probe_of_one_batch_sees_no_gradient_made_smaller(run, script):
    path = script(SGD, IN_ORDER, adding("(i + 1) % accum == 0"))
    done = run("treat", path, "--cause", "gradient_clipping_too_tight")
    assert "does not make gradients smaller" in done.out + done.err


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (adding("(i + 1) % (epoch + 2) == 0"), "if (i + 1) % (epoch + 2) == 0"),
        (adding("loss.item() < 0.5"), "if loss.item() < 0.5"),
        (adding("i in (2, 3, 9)"), "if i in (2, 3, 9)"),
        (adding("(i + 1) % 100 == 0"), "if (i + 1) % 100 == 0"),
        (adding("(i + 1) % accum == 0").replace(
            "        if", "        nn.utils.clip_grad_norm_(net.parameters(), 1.0)\n        if"),
         "nn.utils.clip_grad_norm_"),
    ],
)  # fmt: skip
def test_updates_of_changing_sizes_are_refused(script, body, said):
    with pytest.raises(UsageError, match="does more than can be read") as refused:
        open_python(script(PARTS, "accum = 4\n", LOADER, body))
    assert said in str(refused.value)
