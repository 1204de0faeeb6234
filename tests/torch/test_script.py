"""A training script without a function for nndoctor: its own model, optimizer, loss and rows."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nndoctor.errors import UsageError  # noqa: E402
from nndoctor.setup.python_file import open_python  # noqa: E402
from nndoctor.trainable import Batch, Plan  # noqa: E402
from tests.cli.conftest import run as run  # noqa: E402

HEAD = """
import torch
import numpy as np
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split

g = torch.Generator().manual_seed(0)
torch.manual_seed(0)
x = torch.randn(120, 4, generator=g)
y = (x[:, 0] > 0).long()
"""
MODEL = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))\n"
ONE = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))\n"
OPT = "opt = optim.Adam(net.parameters(), lr=1e-2)\n"
PARTS = MODEL + OPT + "criterion = nn.CrossEntropyLoss()\n"
LOADER = "loader = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True)\n"
CLEAR = "opt.zero_grad()"
UPDATE = "loss = criterion(net(a), b); loss.backward()"


def looped(update, head="for a, b in loader:", epochs="for epoch in range(7):", clear=CLEAR):
    """The usual loop, as a script's last lines."""
    lines = [clear, *update.split("; "), "opt.step()"]
    return f"{epochs}\n    {head}\n" + "".join(f"        {line}\n" for line in lines)


@pytest.fixture
def script(tmp_path):
    def written(*parts):
        path = tmp_path / "train.py"
        path.write_text(HEAD + "".join(parts) + "print('trained')\n", encoding="utf-8")
        return path

    return written


def test_a_loop_at_the_top_of_a_file_is_not_run_and_says_what_belongs_together(run, script):
    path = script(PARTS, "worse = nn.NLLLoss()\n", LOADER, looped(UPDATE))
    made = open_python(path)
    assert (len(made.train), made.epochs, made.trainable.batch_size) == (120, 7, 10)
    assert made.trainable.shuffle
    assert "net, opt, criterion(outputs, targets), loader" in made.words[2]
    assert made.words[2].startswith("taken at train.py:")
    assert "trained" not in run("check-loss", path).err


IN_MAIN = """
def train(model, rows, criterion, optimizer):
    model.train()
    for number, (data, target) in enumerate(rows):
        data, target = data.to("cpu"), target.to("cpu")
        optimizer.zero_grad()
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()

def main(epochs):
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    schedule = optim.lr_scheduler.StepLR(optimizer, 3)
    for epoch in range(1, epochs + 1):
        train(net, loader, nn.CrossEntropyLoss(), optimizer)
        schedule.step()

if __name__ == "__main__":
    main(6)
"""
TRAINER = """
class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = optim.Adam(model.parameters(), lr=1e-2)

    def fit(self, epochs):
        for epoch in range(epochs):
            for batch in loader:
                self.optimizer.zero_grad()
                loss = F.cross_entropy(self.model(batch[0]), batch[1])
                loss.backward()
                self.optimizer.step()

Trainer(net).fit(4)
"""
STEP = """
def train_step(inputs, labels):
    loss = criterion(net(inputs), labels)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()

for epoch in range(5):
    for a, b in loader:
        train_step(a, b)
"""
PHASES = """
loaders = {"train": loader, "val": loader}
for epoch in range(3):
    for phase in ("train", "val"):
        for a, b in loaders[phase]:
            opt.zero_grad()
            with torch.set_grad_enabled(phase == "train"):
                out = net(a)
                loss = criterion(out, b)
                if phase == "train":
                    loss.backward()
                    opt.step()
"""


@pytest.mark.parametrize(
    ("body", "epochs", "taken"),
    [
        (IN_MAIN, 6, "model, optimizer, criterion(outputs, targets), rows"),
        (TRAINER, 4, "self.model, self.optimizer, F.cross_entropy(outputs, targets), loader"),
        (STEP, 5, "net, opt, criterion(outputs, targets), loader"),
        (PHASES, 3, "net, opt, criterion(outputs, targets), loaders[phase]"),
    ],
)
def test_a_loop_may_stand_in_functions_and_classes(script, body, epochs, taken):
    made = open_python(script(PARTS, LOADER, body))
    assert (len(made.train), made.epochs, made.trainable.batch_size) == (120, epochs, 10)
    assert taken in made.words[2]
    assert any("schedule is left out: StepLR" in one for one in made.words) == (body is IN_MAIN)


SLICES = """
for epoch in range(8):
    order = torch.randperm(len(x))
    for i in range(0, len(x), 24):
        at = order[i:i + 24]
        a, b = x[at], y[at]
        opt.zero_grad()
        criterion(net(a), b).backward()
        opt.step()
"""
DRAWN = """
for step in range(40):
    at = np.random.randint(0, len(x), 30)
    loss = criterion(net(x[at]), y[at])
    opt.zero_grad(); loss.backward(); opt.step()
"""
NUMPY = """
xs, ys = x.numpy().astype("float64"), y.numpy()
for epoch in range(3):
    for k in range(len(xs) // 20):
        a = torch.from_numpy(xs[k * 20:(k + 1) * 20]).float()
        loss = criterion(net(a), torch.from_numpy(ys[k * 20:(k + 1) * 20]))
        opt.zero_grad(); loss.backward(); opt.step()
"""
STARTS = """
for epoch in range(4):
    for start in torch.arange(0, len(x), 40):
        loss = criterion(net(x[start:start + 40]), y[start:start + 40])
        opt.zero_grad(); loss.backward(); opt.step()
"""
WHOLE = """
x_test, y_test = x[:9], y[:9]
for t in range(50):
    loss = criterion(net(x), y)
    opt.zero_grad(); loss.backward(); opt.step()
"""


@pytest.mark.parametrize(
    ("body", "epochs", "size", "shuffle"),
    [(SLICES, 8, 24, True), (DRAWN, 10, 30, True), (NUMPY, 3, 20, False), (STARTS, 4, 40, False),
     (WHOLE, 50, 120, False)],
)  # fmt: skip
def test_rows_may_be_arrays_that_the_loop_cuts_itself(script, body, epochs, size, shuffle):
    made = open_python(script(PARTS, body))
    assert (len(made.train), made.epochs, made.trainable.batch_size) == (120, epochs, size)
    assert made.trainable.shuffle == shuffle
    assert (made.validation is not None) == (body is WHOLE)
    assert made.train.x.shape == (120, 4)


@pytest.mark.parametrize(
    ("held", "rows"),
    [
        ("val_loader = DataLoader(TensorDataset(x[:30], y[:30]), batch_size=7)\n", 30),
        ("test_set = TensorDataset(x[:20], y[:20])\n", 20),
        ("X_test, y_test = x[:11], y[:11]\n", 11),
        ("test_a, test_b = x[:5], y[:5]\nval_loader = DataLoader(TensorDataset(x[:6], y[:6]))\n"
         "test_loader = DataLoader(TensorDataset(x[:9], y[:9]))\n", 6),
        ("X_test, y_test = x[:11, :2], y[:11]\nother = x\n", None),
    ],
)  # fmt: skip
def test_held_out_rows_are_known_by_their_names(script, held, rows):
    path = script(PARTS, LOADER, held, looped(UPDATE))
    if rows is None:
        with pytest.raises(Exception, match="validation has inputs"):
            open_python(path)
    else:
        assert len(open_python(path).validation) == rows


DICTS = """
class Rows(Dataset):
    def __len__(self):
        return 50
    def __getitem__(self, i):
        return {"data": x[i], "label": y[i]}
loader = DataLoader(Rows(), batch_size=20)
"""


@pytest.mark.parametrize(
    ("parts", "update", "head"),
    [
        ((PARTS, LOADER), "out = net(a); loss = criterion(out, b); loss.backward()",
         "for a, b in loader:"),
        ((PARTS, LOADER), "a = a.reshape(a.size(0), -1); criterion(net(a), b).backward()",
         "for i, (a, b) in enumerate(loader):"),
        ((PARTS, DICTS), "criterion(net(batch['data'].float()), batch['label']).backward()",
         "for batch in loader:"),
        ((MODEL, OPT, LOADER, "w = torch.ones(2)\n"),
         "F.cross_entropy(net(a), b, weight=w).backward()", "for a, b in loader:"),
        ((ONE, OPT, LOADER, "criterion = nn.BCEWithLogitsLoss()\n"),
         "criterion(net(a).squeeze(1), b.float()).backward()", "for a, b in loader:"),
        ((ONE, OPT, LOADER, "criterion = nn.BCEWithLogitsLoss()\n"),
         "b = b.float(); criterion(net(a).view_as(b), b).backward()", "for a, b in loader:"),
        ((ONE, OPT, LOADER, "criterion = nn.BCEWithLogitsLoss()\n"),
         "b = b.unsqueeze(1); b = b.float(); criterion(net(a), b).backward()",
         "for a, b in loader:"),
        ((ONE, OPT, LOADER), "loss = ((net(a)[:, 0] - b) ** 2).mean(); loss.backward()",
         "for a, b in loader:"),
        ((PARTS, LOADER), "loss = criterion(net(a), b); loss += 0.25; loss.backward()",
         "for a, b in loader:"),
        ((PARTS, LOADER, "scaler = torch.amp.GradScaler(enabled=False)\n"),
         "loss = criterion(net(a), b); scaler.scale(loss).backward()", "for a, b in loader:"),
        ((ONE.replace("8, 1)", "8, 4)"), OPT, "loader = DataLoader(x, batch_size=30)\n"),
         "F.mse_loss(net(a), a).backward()", "for a in loader:"),
    ],
)  # fmt: skip
def test_the_first_loss_is_the_one_of_the_script(script, monkeypatch, parts, update, head):
    path = script(*parts, looped(update, head))
    made = open_python(path)
    heard = []

    def first(tensor, *_):
        heard.append(float(tensor.detach()))
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(torch.Tensor, "backward", first)
        code = path.read_text().replace("shuffle=True", "shuffle=False")
        with pytest.raises(SystemExit):
            exec(code, {"__name__": "elsewhere"})
    size = made.trainable.batch_size
    batch = Batch(made.train.x[:size], made.train.y[:size])
    assert made.trainable.fresh(0).loss(batch) == pytest.approx(heard[0], rel=1e-5)


def test_gradients_that_the_script_never_clears_are_found(run, script):
    path = script(PARTS, LOADER, looped(UPDATE, clear="pass"))
    found = json.loads(run("setup", path, "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND803"] == "error"
    path = script(PARTS, LOADER, looped(UPDATE))
    found = json.loads(run("setup", path, "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND803"] == "skip"


@pytest.mark.parametrize("clear", ["for p in net.parameters(): p.grad = None", "net.zero_grad()"])
def test_gradients_are_cleared_in_other_ways_too(script, clear):
    made = open_python(script(PARTS, LOADER, looped(UPDATE, clear=clear)))
    assert not any("zero_grad" in word for word in made.words)
    assert made.trainable.step is None


@pytest.mark.parametrize(
    "body",
    [
        looped(UPDATE).replace("        opt.step()\n", ""),
        looped(UPDATE + "; opt.zero_grad()"),
    ],
)
def test_a_loop_that_moves_no_weight_is_found(run, script, body):
    path = script(PARTS, LOADER, body)
    found = json.loads(run("setup", path, "--format", "json").out)["findings"]
    assert {one["code"]: one["status"] for one in found}["ND813"] == "error"


def test_what_stands_between_backward_and_step_belongs_to_the_update(run, script):
    clip = UPDATE + "; nn.utils.clip_grad_norm_(net.parameters(), 1e-9)"
    made = open_python(script(PARTS, LOADER, looped(clip)))
    assert any("clip_grad_norm_" in word for word in made.words)
    start = made.trainable.fresh(0)
    weights = {name: np.copy(one) for name, one in start.parameters().items()}
    assert made.trainable.step is not None
    start.train(made.train, Plan(1))
    gradients = start.model[0].weight.grad
    assert float(gradients.norm()) < 1e-8
    assert any((start.parameters()[name] != one).any() for name, one in weights.items())


def test_a_penalty_on_the_weights_belongs_to_the_update(script):
    update = (
        "loss = criterion(net(a), b); "
        "loss = loss + 100 * sum(p.pow(2).sum() for p in net.parameters()); loss.backward()"
    )
    made = open_python(script(PARTS, LOADER, looped(update)))
    assert any(word.startswith("with its penalty 100 * sum") for word in made.words)
    plain = open_python(script(PARTS, LOADER, looped(UPDATE)))

    def norm_after(setup):
        model = setup.trainable.fresh(0)
        model.train(setup.train, Plan(30))
        return sum(float((one**2).sum()) for one in model.weights().values())

    assert norm_after(made) < 0.5 * norm_after(plain)


def test_batch_norms_know_nothing_of_the_script_s_own_forward_pass(script):
    normed = MODEL.replace("nn.ReLU()", "nn.BatchNorm1d(8)")
    made = open_python(script(normed, OPT, "criterion = F.cross_entropy\n", LOADER, looped(UPDATE)))
    assert int(made.trainable.fresh(0).model[1].num_batches_tracked) == 0


@pytest.mark.parametrize(
    ("epochs", "before", "found"),
    [("for epoch in range(2, 6):", "", 4), ("for e in range(EPOCHS * 2):", "EPOCHS = 6\n", 12),
     ("while True:", "num_epochs = 9\n", 9), ("while True:", "", 10), ("if True:", "", 1)],
)  # fmt: skip
def test_how_long_it_trains_is_read_from_its_loop(script, epochs, before, found):
    made = open_python(script(before, PARTS, LOADER, looped(UPDATE, epochs=epochs)))
    assert made.epochs == found
    assert any("no loop over epochs" in word for word in made.words) == (found == 10)


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ("loss = criterion(net(net(a)), b); loss.backward()", "2 calls of models"),
        ("loss = criterion(a, b); loss.backward()", "no call of a model"),
        ("loss = criterion(net(a), b); loss.backward(); loss.backward()", "2 calls of backward()"),
        ("loss = criterion(net(a), b) * net[0].weight.norm(); loss.backward()", "net[0].weight"),
        ("loss = criterion(net(a), b); loss.backward(); ps = [p for p in net.parameters()]", ""),
        ("loss = net(a).sum(); loss.backward()", "net(a).sum()"),
        ("out = net(a)\n        if 1: out = out * 2; loss = criterion(out, b); loss.backward()",
         "out of if 1:"),
    ],
)  # fmt: skip
def test_a_loop_that_does_more_is_left_to_its_user(run, script, update, said):
    done = run("check-loss", script(PARTS.replace("8, 2)", "8, 4)"), LOADER, looped(update)))
    if not said:
        assert done.code == 0
        return
    assert done.code == 2
    assert "does more than can be read" in done.err
    assert said in done.err
    assert "nndoctor init --torch" in done.err


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("for a, b in zip(x, y):\n    criterion(net(a), b).backward(); opt.step()\n",
         "one row at a time"),
        ("for i in range(120):\n    criterion(net(x[i]), y[i]).backward(); opt.step()\n",
         "one row at a time"),
        ("for i, (a, b) in enumerate(loader):\n    criterion(net(a), b).backward()\n"
         "    if i % 4 == 3:\n        opt.step()\n", "if i % 4 == 3"),
        ("def closure():\n    loss = criterion(net(x), y)\n    loss.backward()\n    return loss\n"
         "opt.step(closure)\n", "do not follow each other"),
        ("for i in range(9):\n    n = torch.randn_like(x)\n"
         "    criterion(net(x + n), (n[:, 0] > 0).long()).backward(); opt.step()\n",
         "inputs and targets share torch.randn_like(x)"),
        ("raise FileNotFoundError('rows.csv')\n", "FileNotFoundError: rows.csv"),
    ],
)  # fmt: skip
def test_other_loops_are_refused_with_the_code_that_is_meant(run, script, body, said):
    done = run("check-loss", script(PARTS, LOADER, body))
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("parts", "rows", "taken"),
    [
        ((PARTS,), (120, 0), "net, opt, criterion, x, y"),
        (("x_train, y_train, x_test, y_test = x[:80], y[:80], x[80:], y[80:]\n", PARTS,
          "del x, y\n"), (80, 40), "x_train, y_train, x_test, y_test"),
        ((PARTS, "data, labels = x, y\ndel x, y\n"), (120, 0), "data, labels"),
        ((PARTS, "X_train_tensor, y_train_tensor = x, y\ndel x, y\n"), (120, 0),
         "X_train_tensor, y_train_tensor"),
        ((PARTS, "trainX, trainY, Xtest, ytest = x, y, x[:9], y[:9]\ndel x, y\n"), (120, 9),
         "trainX, trainY, Xtest, ytest"),
        ((PARTS, LOADER), (120, 0), "net, opt, criterion, loader"),
        (("train_set, test_set = TensorDataset(x, y), TensorDataset(x[:9], y[:9])\n", PARTS),
         (120, 9), "train_set, test_set"),
        (("encoder = nn.Linear(4, 4)\n", PARTS), (120, 0), "net, opt"),
    ],
)  # fmt: skip
def test_a_file_that_trains_nothing_is_examined_by_its_variables(script, parts, rows, taken):
    made = open_python(script(*parts, "def train():\n    " + looped(UPDATE).replace("\n", "\n    ")
                              + "pass\n", "n_epochs = 7\n"))  # fmt: skip
    assert len(made.train) == rows[0]
    assert (0 if made.validation is None else len(made.validation)) == rows[1]
    assert made.epochs == 7
    assert taken in made.words[2]
    assert "trains nothing itself" in made.words[2]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((MODEL,), "it defines no optimizer"),
        ((PARTS.replace("criterion =", "measure = 1 #"),), "it defines no loss"),
        ((PARTS, "del x\n"), "it defines no training data"),
        ((PARTS, "x_a, y_a = x + 1, y\n"), "several that could be its training data"),
    ],
)  # fmt: skip
def test_what_is_missing_or_open_is_named_with_a_way_on(run, script, parts, said):
    done = run("check-loss", script(*parts))
    assert done.code == 2
    assert said in done.err
    assert "nndoctor init --torch" in done.err


def test_only_the_function_that_is_meant_by_default_is_made_up(script):
    with pytest.raises(UsageError, match="no function other"):
        open_python(f"{script(PARTS)}:other")


KINDS = """
def flip(a, b):
    sign = torch.sign(torch.rand(len(a), 1) - 0.5)
    return a * sign, (b * (sign[:, 0] > 0)).long()

class Noisy(Dataset):
    def __len__(self):
        return 60
    def __getitem__(self, i):
        return x[i] + torch.randn(4), y[i]

def mixed(size):
    order = np.random.permutation(len(x))
    for i in range(0, len(x), size):
        yield x[order[i:i + size]], y[order[i:i + size]]
"""


@pytest.mark.parametrize(
    ("update", "head", "said"),
    [
        ("s = s; loss = F.mse_loss(one(s[i:i + 10]), s[i + 1:i + 11]); loss.backward()",
         "for i in range(0, 110, 10):", "its first loss is"),
        ("a = (a - a.mean(0)) / a.std(0); criterion(net(a), b).backward()", "for a, b in loader:",
         "in its first update the model is given rows"),
        ("a, b = flip(a, b); criterion(net(a), b).backward()", "for a, b in loader:",
         "inputs and targets share flip(a, b)"),
        ("loss = criterion(net(a), b) * 0.9 ** epoch; loss.backward()", "for a, b in loader:",
         "epoch, which changes as it trains"),
        ("criterion(net(a), b).backward(); other.step()", "for a, b in loader:",
         "optimizers that step together: other, opt"),
        ("out = F.cross_entropy(net(a), b, reduction='none'); out.backward(torch.ones(10))",
         "for a, b in loader:", "out.backward(torch.ones(10))"),
        ("out = net(a) * 1; criterion(out[:, :1] @ h, b).backward(); h = h + 1",
         "for a, b in loader:", "h, which changes as it trains"),
        ("loss = F.cross_entropy(a[:, :1] @ h, b); loss.backward()", "for a, b in loader:",
         "no call of a model"),
        ("criterion(net(a + h[:, :1]), b).backward()", "for a, b in spent:", "has begun"),
        ("parts = []; parts.append(criterion(net(a), b)); sum(parts).backward()",
         "for a, b in loader:", "parts of parts.append(criterion(net(a), b))"),
        ("a.mul_(2); criterion(net(a), b).backward()", "for a, b in loader:", "a of a.mul_(2)"),
    ],
)  # fmt: skip
def test_what_is_not_what_the_script_does_is_not_taken(run, script, update, head, said):
    made = (
        "s = torch.sin(torch.arange(120.0)).unsqueeze(1)\n"
        "h = torch.ones(1, 2, requires_grad=True)\n"
        "one, spent = nn.Linear(1, 1), [iter(loader)][0]\n"
        "other = optim.SGD(net.parameters(), lr=0.1)\n"
    )
    done = run("check-loss", script(PARTS, LOADER, KINDS, made, looped(update, head)))
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("for a, b in loader:\n    for k in range(3):\n        opt.zero_grad()\n"
         "        criterion(net(a), b).backward()\n        opt.step()\n",
         "several updates with each of loader"),
        ("for epoch in range(3):\n    opt.zero_grad()\n    for a, b in loader:\n"
         "        criterion(net(a), b).backward()\n        opt.step()\n",
         "gradients that are cleared only in an outer loop"),
        ("for i, (a, b) in enumerate(loader):\n    if i % 4 == 0:\n        opt.zero_grad()\n"
         "    criterion(net(a), b).backward()\n    opt.step()\n", "if i % 4 == 0"),
    ],
)  # fmt: skip
def test_updates_that_differ_from_round_to_round_are_refused(run, script, body, said):
    done = run("check-loss", script(PARTS, LOADER, body))
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("before", "head", "rows", "shuffle", "word"),
    [
        ("", "for a, b in DataLoader(Noisy(), 20):", 60, False, "drawn once here"),
        ("", "for a, b in mixed(10):", 120, True, ""),
        ("batches = mixed(10)\n", "for a, b in batches:", 120, True, ""),
        ("pairs = enumerate(loader)\n", "for i, (a, b) in pairs:", 120, True, ""),
        ("some = torch.utils.data.SubsetRandomSampler(range(7, 47))\n"
         "part = DataLoader(TensorDataset(x, y), 10, sampler=some)\n", "for a, b in part:", 40,
         True, ""),
        ("some = torch.utils.data.WeightedRandomSampler([1.0, 9.0] * 60, 120)\n"
         "part = DataLoader(TensorDataset(x, y), 10, sampler=some)\n", "for a, b in part:", 120,
         True, "not as its WeightedRandomSampler draws them"),
        ("", "for k, (a, b) in enumerate(loader):\n        if k > 3: break", 120, True,
         "a break in its loop over batches is left out"),
        ("quick = False\n", "for a, b in loader:\n        if quick: break", 120, True, ""),
    ],
)  # fmt: skip
def test_the_rows_are_those_of_the_loop(script, before, head, rows, shuffle, word):
    made = open_python(script(PARTS, LOADER, KINDS, before, looped(UPDATE, head)))
    assert (len(made.train), made.trainable.shuffle) == (rows, shuffle)
    assert any(word in one for one in made.words)
    assert bool(word) == any("drawn once" in w or "not as" in w or "break" in w for w in made.words)


def test_words_that_look_like_mixing_are_none(script):
    cut = "for i in range(0, n_samples, 30):\n        a = x[i:i + 30].unsqueeze(2).permute(0, 2, 1)"
    update = "loss = criterion(net(a).squeeze(1), y[i:i + 30]); loss.backward()"
    made = open_python(script(PARTS, "n_samples = len(x)\n", looped(update, cut)))
    assert not made.trainable.shuffle
    assert made.trainable.batch_size == 30


def test_a_file_may_write_several_statements_on_a_line(script):
    line = "for a, b in loader: opt.zero_grad(); criterion(net(a), b).backward(); opt.step()\n"
    assert "criterion(outputs, targets)" in open_python(script(PARTS, LOADER, line)).words[2]


def test_what_clamps_weights_behind_the_step_belongs_to_the_update(script):
    clamp = looped(UPDATE) + "        for p in net.parameters(): p.data.clamp_(-1e-3, 1e-3)\n"
    made = open_python(script(PARTS, LOADER, clamp))
    assert any("its own line behind step(): for p in" in word for word in made.words)
    model = made.trainable.fresh(0)
    model.train(made.train, Plan(2))
    assert max(float(abs(one).max()) for one in model.weights().values()) < 1.1e-3


@pytest.mark.parametrize(
    ("schedule", "rate", "said"),
    [
        ("optim.lr_scheduler.LambdaLR(opt, lambda step: min(1, (step + 1) / 100))", 0.01,
         "LambdaLR"),
        ("optim.lr_scheduler.OneCycleLR(opt, 0.5, total_steps=90)", 0.5, "OneCycleLR"),
        ("opt.param_groups[0]['lr'] = 0.2", 0.2, "sets ['lr'] itself"),
    ],
)  # fmt: skip
def test_without_its_warm_up_a_file_trains_at_the_rate_it_leads_to(script, schedule, rate, said):
    given = schedule if "] = " in schedule else f"schedule = {schedule}"
    made = open_python(script(PARTS, LOADER, f"{given}\n", looped(UPDATE)))
    assert f"Adam at {rate}" in made.words[1]
    assert any("schedule is left out" in word and said in word for word in made.words)


def test_targets_that_are_laid_out_in_one_row_stay_with_their_rows(script):
    tokens = "tokens = torch.randint(0, 9, (80, 6))\nloader = DataLoader(tokens, 20)\n"
    net = "net = nn.Sequential(nn.Embedding(9, 8), nn.Linear(8, 9))\n"
    update = "loss = criterion(net(t[:, :-1]).view(-1, 9), t[:, 1:].reshape(-1)); loss.backward()"
    criterion = "criterion = nn.CrossEntropyLoss()\n"
    made = open_python(script(net, OPT, criterion, tokens, looped(update, "for t in loader:")))
    assert made.train.y.shape == (80, 5)
    assert any("each of 5 places" in word for word in made.words)


def test_a_loss_may_be_divided_by_the_rows_of_a_batch(script):
    update = "loss = F.cross_entropy(net(a), b, reduction='sum') / a.size(0); loss.backward()"
    made = open_python(script(PARTS, LOADER, looped(update)))
    assert "/ len(targets)" in made.words[2]


def test_a_gradient_that_is_shown_before_the_training_is_passed_by(script):
    shown = "w = torch.ones(2, requires_grad=True)\n(w ** 2).sum().backward()\n"
    made = open_python(script(shown, PARTS, LOADER, looped(UPDATE)))
    assert "criterion(outputs, targets)" in made.words[2]
    assert not any("is not looked at" in word for word in made.words)
    later = "for a, b in loader:\n    criterion(net(a + 1), b).backward()\n"
    made = open_python(script(PARTS, LOADER, looped(UPDATE), later))
    assert any("backward() of line" in word and "not looked at" in word for word in made.words)


IN_A_FUNCTION = """
def epoch_of(x, y, size):
    order = torch.randperm(len(x))
    for i in range(0, len(x), size):
        at = order[i:i + size]
        opt.zero_grad()
        criterion(net(x[at]), y[at]).backward()
        opt.step()

for epoch in range(6):
    epoch_of(x, y, 30)
"""


def test_rows_may_be_mixed_in_a_function_that_each_epoch_calls(script):
    made = open_python(script(PARTS, IN_A_FUNCTION))
    assert (made.epochs, made.trainable.batch_size, made.trainable.shuffle) == (6, 30, True)


def test_the_mean_of_the_losses_of_rows_is_the_loss_s_own(script):
    single = "criterion = nn.CrossEntropyLoss(reduction='none')\n"
    update = "loss = criterion(net(a), b); loss.mean().backward()"
    made = open_python(script(PARTS, single, LOADER, looped(update)))
    assert "CrossEntropyLoss" in made.words[1]
    assert "criterion(outputs, targets).mean()" in made.words[2]


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ("criterion(net(a @ wide), b).backward()", ""),
        ("loss = criterion(pair(a, wide), b); loss.backward()", "an input that is not part"),
        (
            "loss = criterion(pair(a, b[:3]), b); loss.backward()",
            "120, 36 rows of inputs and 120 of targets",
        ),
    ],
)
def test_inputs_are_rows_of_the_batch(run, script, update, said):
    made = (
        "wide = torch.eye(4)\n"
        "class Pair(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.net = net\n"
        "    def forward(self, a, b):\n        return self.net(a)\n"
        "pair = Pair()\n"
    )
    done = run("check-loss", script(PARTS, made, LOADER, looped(update)))
    assert done.code == (2 if said else 0)
    assert said in done.err


def test_a_loss_of_few_digits_is_near_enough(script):
    update = (
        "with torch.autocast('cpu', dtype=torch.bfloat16): loss = criterion(net(a), b)\n"
        "        loss.backward()"
    )
    made = open_python(script(PARTS, LOADER, looped(update)))
    assert any("mixed precision is left out" in word for word in made.words)
