"""Scripts that move the weights themselves, without an optimizer."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, both_ways

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
PARTS = MODEL + "criterion, lr = nn.CrossEntropyLoss(), 0.3\n"
UNDER = "with torch.no_grad():\n    for p in net.parameters():\n        "
CLEARED = "\nnet.zero_grad()\n"
RULE = """
def sgd(params, lr, size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / size
            param.grad.zero_()
"""


def moving(lines, head="for a, b in loader:", lost="criterion(net(a), b)"):
    body = [f"loss = {lost}", "loss.backward()", *lines.strip("\n").split("\n")]
    text = "".join(f"        {one}\n" for one in body)
    return f"for epoch in range(6):\n    {head}\n{text}"


PLAIN = moving(UNDER + "p -= lr * p.grad" + CLEARED)


@pytest.mark.parametrize(
    ("body", "described"),
    [
        (PLAIN, "SGD at 0.3"),
        (moving("for p in net.parameters():\n    p.data.add_(p.grad.data, alpha=-lr)" + CLEARED),
         "SGD at 0.3"),
        (moving("for p in net.parameters():\n    p.data = p.data - lr * p.grad\n    p.grad = None"),
         "SGD at 0.3"),
        (moving(UNDER + "p -= lr * (p.grad + 1e-2 * p)" + CLEARED), "SGD at 0.3"),
        (moving(UNDER + "p -= 0.1 * p.grad\n        p.grad.zero_()"), "SGD at 0.1"),
        (moving(UNDER + "p -= 0.01 * p.grad"), "SGD at 0.01"),
        ("ps = list(net.parameters())\n" + moving("with torch.no_grad():\n    for p in ps:\n"
         "        p -= lr * p.grad\n        p.grad.zero_()"), "SGD at 0.3"),
        (RULE + moving("sgd(net.parameters(), lr, 10)",
                       lost="F.cross_entropy(net(a), b, reduction='sum')"), "SGD at 0.03"),
        (moving("nn.utils.clip_grad_norm_(net.parameters(), 0.1)\n" + UNDER + "p -= lr * p.grad"
                + CLEARED), "SGD at 0.3"),
        (moving("with torch.no_grad():\n    net[0].weight -= lr * net[0].weight.grad\n"
                "    net[2].weight -= 0.2 * net[2].weight.grad" + CLEARED), "SGD at 0.3"),
    ],
)  # fmt: skip
def test_lines_that_do_what_sgd_does_are_taken_as_it(script, body, described):
    path = script(PARTS, IN_ORDER, body)
    made = open_python(path)
    assert f"{described}, 6 epochs" in made.words[1]
    assert "SGD by lines of its own" in made.words[2]
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=5e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (moving(UNDER + "p -= lr * p.grad.sign()" + CLEARED), "which is no plain SGD"),
        (moving(UNDER + "p -= lr * torch.randn_like(p) * p.grad" + CLEARED), "no plain SGD"),
        ("v = {}\n" + moving(UNDER + "v[p.shape] = 0.9 * v.get(p.shape, 0) + p.grad\n"
         "        p -= lr * v[p.shape]" + CLEARED), "which is no plain SGD"),
        (PLAIN + "    lr *= 0.9\n", "lr, which changes as it trains"),
        ("c = {'at': lr}\n" + moving(UNDER + "p -= c['at'] * p.grad" + CLEARED)
         + "    c['at'] *= 0.9\n", "c['at'], which changes as it trains"),
        (RULE.replace("lr, size", "size") + moving("sgd(net.parameters(), 10)")
         + "    lr *= 0.9\n", "lr, which changes as it trains"),
        (RULE + "def epoch():\n" + moving("sgd(net.parameters(), lr, 10)").partition("\n")[2]
         + "for e in range(6):\n    epoch()\n    lr *= 0.9\n", "lr, which changes as it trains"),
        ("other = nn.Linear(4, 2)\n" + moving(
            "with torch.no_grad():\n    for p in other.parameters():\n        p -= lr * p.grad"
            + CLEARED), "other, another model"),
    ],
)  # fmt: skip
def test_other_rules_are_refused(script, body, said):
    with pytest.raises(UsageError, match="does more than can be read") as refused:
        open_python(script(PARTS, IN_ORDER, body))
    assert said in str(refused.value)


def test_what_is_wrong_with_such_lines_is_found(run, script):
    def statuses(body):
        done = run("setup", script(PARTS, IN_ORDER, body), "--format", "json")
        return {one["code"]: one["status"] for one in json.loads(done.out)["findings"]}

    healthy = statuses(PLAIN)
    assert healthy["ND803"] != "error"
    assert healthy["ND801"] == "ok"
    assert statuses(moving(UNDER + "p -= lr * p.grad"))["ND803"] == "error"
    head = "with torch.no_grad():\n    for p in net[2].parameters():\n        p -= lr * p.grad"
    assert statuses(moving(head + CLEARED))["ND801"] == "warning"


def test_a_line_about_a_part_of_the_model_is_about_that_part_of_its_copy(script):
    nets = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    nets += "        self.body, self.head = nn.Linear(4, 8), nn.Linear(8, 2)\n"
    nets += "    def forward(self, x):\n        return self.head(torch.relu(self.body(x)))\n"
    clip = "nn.utils.clip_grad_norm_(net.head.parameters(), 0.01)\nopt.step()\nopt.zero_grad()"
    opt = "net = Net()\nopt = optim.SGD(net.parameters(), lr=0.3)\n"
    path = script("criterion = nn.CrossEntropyLoss()\n", nets, opt, IN_ORDER, moving(clip))
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=5e-4, atol=1e-5)
