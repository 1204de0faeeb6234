"""Scripts that compute in mixed precision, which is left out, and scale their gradients."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, both_ways

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
SGD = MODEL + "opt = optim.SGD(net.parameters(), lr=0.1)\ncriterion = nn.CrossEntropyLoss()\n"
BODY = """
scaler = torch.amp.GradScaler("cpu", enabled=SCALING)
mixed = torch.autocast("cpu", dtype=torch.bfloat16, enabled=MIXED)
for epoch in range(5):
    for a, b in loader:
        opt.zero_grad()
        with mixed:
            loss = criterion(net(a), b)
        scaler.scale(LOSS).backward()
        scaler.unscale_(opt)
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        scaler.step(opt)
        scaler.update()
"""
LEFT_OUT = "its mixed precision is left out"


def body(mixed, scaling, loss="loss"):
    given = BODY.replace("MIXED", str(mixed)).replace("SCALING", str(scaling))
    return given.replace("LOSS", loss)


@pytest.mark.parametrize(("mixed", "near"), [(False, 1e-4), (True, 0.1)])
@pytest.mark.parametrize("scaling", [False, True])
def test_a_scaled_update_is_the_same_but_for_its_precision(script, mixed, near, scaling):
    path = script(SGD, IN_ORDER, body(mixed, scaling))
    assert any(LEFT_OUT in word for word in open_python(path).words) == mixed
    its, ours = both_ways(path)
    assert np.abs(its - ours).max() < near


def test_a_scaled_loss_is_held_against_the_one_that_was_read(script):
    other = body(False, True).replace("criterion(net(a), b)", "own(net(a), b)")
    own = "def own(outputs, targets):\n    calls.append(1)\n"
    own += "    return criterion(outputs, targets) * len(calls)\n"
    with pytest.raises(UsageError, match="its first loss is"):
        open_python(script(SGD, IN_ORDER, "calls = []\n", own, other))


def test_gradients_that_are_clipped_while_they_are_scaled_are_refused(script):
    scaled = body(True, True).replace("        scaler.unscale_(opt)\n", "")
    with pytest.raises(UsageError, match="65536 times as large, without unscale_"):
        open_python(script(SGD, IN_ORDER, scaled))
    plain = body(True, False).replace("        scaler.unscale_(opt)\n", "")
    assert any(
        "clip_grad_norm_" in word for word in open_python(script(SGD, IN_ORDER, plain)).words
    )
