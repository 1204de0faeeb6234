"""A training script without a function for nndoctor: its own model, optimizer, loss and rows."""

import json

import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python
from tests.cli.conftest import run as run

HEAD = """
import torch
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split

g = torch.Generator().manual_seed(0)
x = torch.randn(120, 4, generator=g)
y = (x[:, 0] > 0).long()
"""
MODEL = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))\n"
PARTS = MODEL + "opt = optim.Adam(net.parameters(), lr=1e-2)\ncriterion = nn.CrossEntropyLoss()\n"
LOOP = """
def main():
    for epoch in range({epochs}):
        for a, b in {rows}:
            {clear}
            {update}
            opt.step()

if __name__ == "__main__":
    main()
"""
CLEAR = "opt.zero_grad()"
UPDATE = "loss = criterion(net(a), b); loss.backward()"


@pytest.fixture
def script(tmp_path):
    def written(*parts, clear=CLEAR, epochs=7, rows="[(x, y)]", update=UPDATE):
        path = tmp_path / "train.py"
        lines = update.replace("; ", "\n            ")
        loop = LOOP.format(epochs=epochs, rows=rows, clear=clear, update=lines)
        path.write_text(HEAD + "".join(parts) + loop, encoding="utf-8")
        return path

    return written


LOADERS = """
part, rest = random_split(TensorDataset(x, y), [90, 30], generator=g)
train_loader = DataLoader(part, batch_size=10, shuffle=True)
val_loader = DataLoader(rest, batch_size=30)
"""


@pytest.mark.parametrize(
    ("parts", "rows", "taken"),
    [
        ((PARTS,), (120, 0), "net, opt, criterion, x, y"),
        (("x_train, y_train, x_test, y_test = x[:80], y[:80], x[80:], y[80:]\n", PARTS,
          "del x, y\n"), (80, 40), "x_train, y_train, x_test, y_test"),
        ((PARTS, "x_data, y_data = x, y\ndel x, y\n"), (120, 0), "x_data, y_data"),
        ((PARTS, "data, labels = x, y\ndel x, y\n"), (120, 0), "data, labels"),
        (("train_x, train_y, test_x, test_y = x[:80], y[:80], x[80:], y[80:]\n", PARTS,
          "del x, y\n"), (80, 40), "train_x, train_y, test_x, test_y"),
        ((PARTS, "X_train_tensor, y_train_tensor = x, y\ndel x, y\n"), (120, 0),
         "X_train_tensor, y_train_tensor"),
        ((PARTS, "trainX, trainY, Xtest, ytest = x, y, x[:9], y[:9]\ndel x, y\n"), (120, 9),
         "trainX, trainY, Xtest, ytest"),
        ((LOADERS, PARTS), (90, 30), "train_loader, val_loader"),
        (("train_set, test_set = TensorDataset(x, y), TensorDataset(x[:9], y[:9])\n", PARTS),
         (120, 9), "train_set, test_set"),
        ((PARTS.replace("nn.CrossEntropyLoss()", "F.cross_entropy"),), (120, 0), "criterion"),
        (("encoder = nn.Linear(4, 4)\n", PARTS), (120, 0), "net, opt"),
    ],
)  # fmt: skip
def test_a_script_is_examined_by_what_it_defines(script, parts, rows, taken):
    made = open_python(script(*parts))
    assert len(made.train) == rows[0]
    assert (0 if made.validation is None else len(made.validation)) == rows[1]
    assert made.epochs == 7
    assert taken in made.words[2]
    assert "usual" in made.words[2]


@pytest.mark.parametrize(
    ("epochs", "before", "found"),
    [("2, 6", "", 4), ("EPOCHS", "EPOCHS = 12\n", 12), ("args.n", "num_epochs = 9\n", 9),
     ("args.n", "", 10)],
)  # fmt: skip
def test_how_long_it_trains_is_read_from_its_loop(script, epochs, before, found):
    made = open_python(script(before, PARTS, epochs=epochs))
    assert made.epochs == found
    assert any("no loop over epochs" in word for word in made.words) == (found == 10)


def test_gradients_that_the_script_never_clears_are_found(run, script):
    path = script(PARTS, clear="pass")
    found = json.loads(run("setup", path, "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND803"] == "error"
    found = json.loads(run("setup", script(PARTS), "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND803"] == "skip"


@pytest.mark.parametrize("clear", ["for p in net.parameters(): p.grad = None", "x.grad.zero_()"])
def test_gradients_are_cleared_in_other_ways_too(script, clear):
    made = open_python(script(PARTS, clear=clear))
    assert not any("zero_grad" in word for word in made.words)
    assert made.trainable.step is None


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((MODEL,), "it defines no optimizer"),
        ((PARTS.replace("criterion =", "measure = 1 #"),), "it defines no loss"),
        ((PARTS, "del x\n"), "it defines no training data"),
        ((PARTS, "x_a, y_a = x + 1, y\n"), "several that could be its training data"),
        ((PARTS, "criterion(net(x), y).backward()\n"), "net was trained while the file was read"),
    ],
)  # fmt: skip
def test_what_is_missing_or_open_is_named_with_a_way_on(run, script, tmp_path, parts, said):
    done = run("check-loss", script(*parts))
    assert done.code == 2
    assert said in done.err
    assert "nndoctor init --torch" in done.err or "__main__" in done.err


def test_only_the_function_that_is_meant_by_default_is_made_up(script):
    with pytest.raises(UsageError, match="no function other"):
        open_python(f"{script(PARTS)}:other")


@pytest.mark.parametrize(
    "update",
    [
        "criterion(net(a), b).backward()",
        "out = net(a); loss = criterion(out, b); print(out.argmax(1)); loss.backward()",
        "a, b = a.to('cpu'), b.to('cpu'); loss = criterion(net(a), b); loss.backward()",
        "a = x[:30]; b = y[:30]; cost = criterion(net(a.cpu()), b); cost.backward()",
        "loss = criterion(net(a), b); scaler.scale(loss).backward()",
    ],
)
def test_a_loop_that_does_what_is_usual_is_read_as_such(script, update):
    assert "usual" in open_python(script(PARTS, update=update)).words[2]


@pytest.mark.parametrize(
    ("update", "told"),
    [
        ("loss = criterion(net(a).squeeze(), b); loss.backward()", "net(a).squeeze()"),
        ("out = net(a); out = out.view(-1, 2); criterion(out, b).backward()", "out.view"),
        ("loss = criterion(F.softmax(net(a), 1), b); loss.backward()", "F.softmax(net(a), 1)"),
        ("loss = criterion(net(a), b.float()); loss.backward()", "b.float()"),
        ("b = b[:, None]; loss = criterion(net(a), b); loss.backward()", "b[:, None]"),
        ("loss = criterion(net(a / 255), b); loss.backward()", "a / 255"),
        ("loss = criterion(net(a), b) / 4; loss.backward()", "criterion(net(a), b) / 4"),
        ("loss = criterion(net(a), b); loss += 0.1; loss.backward()", "loss"),
        ("loss = criterion(net(a), b); loss.backward(); loss.backward()", "2 calls of backward()"),
        ("loss = net(a, labels=b).loss; loss.backward()", "net(a, labels=b).loss"),
    ],
)  # fmt: skip
def test_a_loop_that_does_more_is_left_to_its_user(run, script, update, told):
    done = run("check-loss", script(PARTS, update=update))
    assert done.code == 2
    assert f"its loop does more than a usual one: {told}" in done.err
    assert "nndoctor init --torch" in done.err


def test_the_loss_is_what_the_loop_calls(script):
    other = "worse = nn.NLLLoss()\n"
    made = open_python(script(PARTS, other, update="F.cross_entropy(net(a), b).backward()"))
    assert "F.cross_entropy" in made.words[2]
    with pytest.raises(UsageError, match="several that could be its loss: criterion, worse"):
        open_python(script(PARTS, other, update="made_elsewhere(net, a, b)"))
