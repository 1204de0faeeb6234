"""Scripts in which one loss trains several modules, or tensors that are no module's."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python
from nndoctor.trainable import Plan

from .parts import LOADER, looped

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
TWO = """
enc = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
dec = nn.Linear(8, 2)
criterion = nn.CrossEntropyLoss()
"""
BOTH = "opt = optim.Adam(list(enc.parameters()) + list(dec.parameters()), lr=1e-2)\n"
APART = """
one = optim.Adam(enc.parameters(), lr=1e-2)
two = optim.Adam(dec.parameters(), lr=1e-3)
"""
HAND = """
w = (torch.randn(4, 1, generator=g) * 0.1).requires_grad_()
b = torch.zeros(1, requires_grad=True)
t = x.sum(1, keepdim=True)
"""
OWN_RULE = """
def linear(X, w, b): return torch.matmul(X, w) + b
def squared(out, y): return (out - y.reshape(out.shape)) ** 2 / 2
def sgd(ps, lr, size):
    with torch.no_grad():
        for p in ps:
            p -= lr * p.grad / size
            p.grad.zero_()
"""


def left_by(path, parts):
    """What the script's own training makes of these, and that of its set-up of the same."""
    made, own = open_python(path), {"__name__": "elsewhere"}
    exec(path.read_text(), own)
    start = made.trainable.fresh(0)
    start.train(made.train, Plan(made.total_updates))
    held = [getattr(start.model, name) for name in parts]
    return [_numbers(own[name] for name in parts), _numbers(held)]


def _numbers(parts):
    own = [list(one.parameters()) if hasattr(one, "parameters") else [one] for one in parts]
    return np.concatenate([p.detach().numpy().ravel() for ps in own for p in ps])


@pytest.mark.parametrize(
    ("optimizer", "body"),
    [
        (BOTH, looped("loss = criterion(dec(enc(a)), b); loss.backward()")),
        (BOTH, looped("z = enc(a); out = dec(z.relu() + z); loss = criterion(out, b);"
                      "loss.backward(); nn.utils.clip_grad_norm_(dec.parameters(), 0.1)")),
        (BOTH + "ps = [*enc.parameters(), *dec.parameters()]\n",
         looped("criterion(dec(enc(a)), b).backward(); nn.utils.clip_grad_norm_(ps, 0.1)")),
        (APART, looped("criterion(dec(enc(a)), b).backward(); one.step()").replace(
            "opt.zero_grad()", "one.zero_grad(); two.zero_grad()").replace("opt.", "two.")),
        (APART, looped("criterion(dec(enc(a)), b).backward()").replace(
            "opt.zero_grad()", "for o in (one, two): o.zero_grad()").replace(
            "opt.step()", "for o in (one, two): o.step()")),
        ("opt = optim.SGD([{'params': enc.parameters(), 'lr': 0.1}, "
         "{'params': dec.parameters()}], lr=1e-2, momentum=0.9)\n",
         looped("loss = criterion(dec(enc(a)), b) + 1e-2 * dec.weight.pow(2).sum()\n"
                "        loss.backward()")),
    ],
)  # fmt: skip
def test_modules_that_one_loss_trains_are_one_model(script, optimizer, body):
    path = script(TWO, IN_ORDER, optimizer, body)
    assert any("enc and dec learn from one loss" in one for one in open_python(path).words)
    its, ours = left_by(path, ["enc", "dec"])
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(9):\n    loss = ((x @ w + b - t) ** 2).mean()\n    loss.backward()\n"
        "    with torch.no_grad():\n        w -= 0.1 * w.grad\n        b -= 0.1 * b.grad\n"
        "        w.grad.zero_(); b.grad = None\n",
        "opt = optim.Adam([w, b], lr=0.1)\nfor i in range(9):\n    out = x.mm(w) + b\n"
        "    opt.zero_grad(); F.mse_loss(out, t).backward(); opt.step()\n",
        OWN_RULE + "net, lose, size = linear, squared, 10\n"
        "for i in range(3):\n    for a, c in DataLoader(TensorDataset(x, t), size):\n"
        "        l = lose(net(a, w, b), c)\n        l.sum().backward()\n"
        "        sgd([w, b], 0.1, size)\n",
    ],
)
def test_tensors_that_learn_by_themselves_are_a_model(script, body):
    path = script(HAND, body)
    assert any("w and b learn from one loss" in one for one in open_python(path).words)
    its, ours = left_by(path, ["w", "b"])
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize(
    "update",
    [
        "z = enc(a); loss = criterion(dec(z), b) + 0.1 * z.abs().mean(); loss.backward()",
        "z = enc(a); loss = lose(z, dec(z), b); loss.backward()",
    ],
)
def test_outputs_that_meet_in_the_loss_are_those_of_one_model(script, update):
    lose = "def lose(z, out, y): return criterion(out, y) + z.pow(2).mean()\n"
    path = script(TWO, IN_ORDER, BOTH, lose, looped(update))
    its, ours = left_by(path, ["enc", "dec"])
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-5)


def test_a_module_that_only_gives_features_is_part_of_the_rows(script):
    body = looped("with torch.no_grad(): z = enc(a)\n        criterion(dec(z), b).backward()")
    made = open_python(script(TWO, LOADER, "opt = optim.Adam(dec.parameters())\n", body))
    assert made.train.x.shape == (120, 8)
    assert type(made.trainable.fresh(0).model).__name__ == "Linear"


@pytest.mark.parametrize(
    ("optimizer", "body", "said"),
    [
        (APART, looped("criterion(dec(enc(a)), b).backward(); one.step()").replace(
            "opt.zero_grad()", "one.zero_grad()").replace("opt.", "two."),
         "gradients of dec that no zero_grad() clears"),
        (APART.replace("two = optim.Adam", "two = optim.SGD"),
         looped("criterion(dec(enc(a)), b).backward(); one.step()").replace("opt.", "two."),
         "optimizers that step together: one, two"),
        (BOTH, looped("with torch.no_grad(): z = enc(a)\n        criterion(dec(z), b).backward()"),
         "enc is called without gradients, though the optimizer has its weights"),
        (BOTH + "s = 1.0\n", looped("criterion(dec(s * enc(a)), b).backward(); s = s + 1"),
         "s, which changes as it trains"),
        (BOTH, looped("F.cosine_embedding_loss(enc(a), enc(-a), 2 * b - 1).backward()"),
         "enc(-a), enc(a), which meet in the loss itself"),
        (APART, looped("criterion(dec(enc(a)), b).backward(); one.step(); two.zero_grad(); "
                       "enc(a).sum().backward()").replace("opt.", "two."),
         "those of a GAN"),
    ],
)  # fmt: skip
def test_what_is_not_one_training_is_refused(script, optimizer, body, said):
    with pytest.raises(UsageError) as refused:
        open_python(script(TWO, IN_ORDER, optimizer, body))
    assert said in str(refused.value)
