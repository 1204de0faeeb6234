"""Scripts that set evaluation mode and never leave it."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.api import treat
from nndoctor.setup.python_file import open_python

from .parts import LOADER, PARTS, UPDATE, both_ways, looped

NORMED = "net.insert(1, nn.BatchNorm1d(8))\nopt = optim.Adam(net.parameters(), lr=1e-2)\n"
IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
EVALUATE = """
def evaluate():
    net.eval()
    with torch.no_grad():
        return criterion(net(x), y).item()
"""
STAYS = "no train() follows its eval(): behind its first epoch"


def at_end(before="", after="    evaluate()\n"):
    head = "for epoch in range(7):\n"
    return looped(UPDATE).replace(head, head + before) + after


@pytest.mark.parametrize(
    ("model", "body", "told"),
    [
        (NORMED, at_end(), STAYS),
        (NORMED, looped(UPDATE) + "        evaluate()\n", "behind its first update"),
        (NORMED, at_end(after="    if epoch % 5 == 4: evaluate()\n"), "is left out"),
        (NORMED, at_end("    net.train()\n"), ""),
        (NORMED, at_end("    net.eval()\n"), ""),  # from the start on, which ND807 sees
        ("", at_end(), ""),
    ],
)
def test_evaluation_mode_that_is_never_left_is_told(script, model, body, told):
    words = open_python(script(PARTS, LOADER, model, EVALUATE, body)).words
    found = [word for word in words if "eval()" in word]
    assert (told in found[0]) if told else not found


@pytest.mark.parametrize("body", [at_end(), looped(UPDATE) + "        evaluate()\n"])
def test_it_trains_on_in_that_mode(script, body):
    its, ours = both_ways(script(PARTS, IN_ORDER, NORMED, EVALUATE, body))
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-5)


def test_training_mode_is_a_change_that_can_be_tried(script):
    made = open_python(script(PARTS, IN_ORDER, NORMED, EVALUATE, at_end()))
    assert made.trainable.own_code(made.train, 0).evaluating == ("1",)
    assert "model.train()" in str(treat(made, "eval_mode_in_training"))
