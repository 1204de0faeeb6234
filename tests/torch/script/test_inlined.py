"""A loss that functions of a script compute is read in their own lines."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, OPT, PARTS, both_ways, looped

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
MODELS = (
    """
class Base(nn.Module):
    def training_step(self, batch):
        images, labels = batch
        out = self(images)
        return self.lose(out, labels)
    def lose(self, out, labels, weight=0.5):
        return weight * F.cross_entropy(out, labels)

class Net(Base):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)
    def forward(self, x):
        return self.layer(x)

net = Net()
"""
    + OPT
)
FUNCTIONS = """
scale = 3.0
def compute(model, batch, *, weight=1.0):
    return weight * compute_plain(model, batch)
def compute_plain(model, batch):
    scaled = model(batch[0])
    loss = F.cross_entropy(scaled, batch[1]) * scale
    hits = (scaled.argmax(1) == batch[1]).float().mean()
    return {"loss": loss, "hits": hits}, hits

class Step:
    def __init__(self):
        self.done = 0
    def __call__(self, a, b):
        return F.cross_entropy(net(a), b)
    def lose(self, a, b):
        self.done += 1
        return F.cross_entropy(net(a), b) / self.done
    def rarely(self, a, b):
        if self.done > 3:
            return net(a).sum()
        return F.cross_entropy(net(a), b)
step = Step()
"""


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ("loss = net.training_step(batch); loss.backward()", "0.5 * F.cross_entropy("),
        (
            "loss = net.lose(net.forward(batch[0]), batch[1], 2.0); loss.backward()",
            "2.0 * F.cross_entropy(",
        ),
        ("out, hits = compute_plain(net, batch); out['loss'].backward()", "F.cross_entropy("),
    ],
)
def test_functions_that_compute_the_loss_are_read(script, update, said):
    path = script(PARTS, MODELS, FUNCTIONS, IN_ORDER, looped(update, "for batch in loader:"))
    taken = open_python(path).words[2]
    assert said in taken
    assert ": net, opt, " in taken
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)


PLAIN = FUNCTIONS.replace('{"loss": loss, "hits": hits}, hits', "loss")
OTHERS = "step.lose(*batch)", "step.lose(batch[0], batch[1])", "step.rarely(batch[0], batch[1])"


@pytest.mark.parametrize("call", [*OTHERS, "compute(net, batch)"])
def test_functions_whose_lines_are_no_one_expression_are_left_to_their_user(script, call):
    body = looped(f"loss = {call}; loss.backward()", "for batch in loader:")
    path = script(PARTS, MODELS, PLAIN, LOADER, body)
    with pytest.raises(UsageError, match="no call of a model"):
        open_python(path)


def test_a_name_of_the_function_is_its_own_where_the_loop_has_another(script):
    inner = "def train(scale):\n" + "".join(
        f"    {line}\n"
        for line in looped(
            "loss = compute_plain(net, batch)[0]['loss'] / scale; loss.backward()",
            "for batch in loader:",
        ).splitlines()
    )
    path = script(PARTS, MODELS, FUNCTIONS, IN_ORDER, inner, "train(6.0)\n")
    assert "/ scale" in open_python(path).words[2]
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)
