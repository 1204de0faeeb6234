"""The rows of a script's loop: out of loaders, of arrays that it cuts, and held-out ones."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python
from nndoctor.trainable import Plan

from .parts import KINDS, LOADER, OPT, PARTS, UPDATE, both_ways, looped

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
x_test, y_test = -x[:9], y[:9]
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


def test_held_out_rows_that_nothing_reads_are_not_those_of_a_cross_validation(script):
    folds = "val_ds = TensorDataset(x[:30], y[:30])\n"
    assert open_python(script(PARTS, LOADER, folds, looped(UPDATE))).validation is None
    read = looped(UPDATE) + "    print(len(val_ds))\n"
    assert open_python(script(PARTS, LOADER, folds, read)).validation is not None


@pytest.mark.parametrize(
    ("held", "rows"),
    [
        ("val_loader = DataLoader(TensorDataset(-x[:30], y[:30]), batch_size=7)\n", 30),
        ("test_set = TensorDataset(-x[:20], y[:20])\n", 20),
        ("X_test, y_test = -x[:11], y[:11]\n", 11),
        ("test_a, test_b = x[:5], y[:5]\nval_loader = DataLoader(TensorDataset(-x[:6], y[:6]))\n"
         "test_loader = DataLoader(TensorDataset(-x[:9], y[:9]))\n", 6),
        ("X_test, y_test = x[:11, :2], y[:11]\nother = x\n", None),
    ],
)  # fmt: skip
def test_held_out_rows_are_known_by_their_names(script, held, rows):
    made = open_python(script(PARTS, LOADER, held, looped(UPDATE)))
    unlike = "X_test, y_test is of another shape than the training rows, and is not used"
    assert (unlike in made.words) == (rows is None)
    assert made.validation is None if rows is None else len(made.validation) == rows


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


BATCHES = """
series = torch.sin(torch.arange(400.0))
def get_batch(split):
    part = series[:300] if split == "train" else series[300:]
    at = torch.randint(len(part) - 5, (16,))
    return torch.stack([part[i:i + 4] for i in at]), torch.stack([part[i + 4:i + 5] for i in at])
"""


def test_a_function_that_draws_batches_is_called_as_often_as_by_the_loop(script):
    one = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))\n"
    update = "a, b = get_batch('train'); loss = F.mse_loss(net(a), b); loss.backward()"
    made = open_python(script(one, OPT, BATCHES, looped(update, "for it in range(40):", "if 1:")))
    assert (len(made.train), made.epochs, made.trainable.batch_size) == (640, 1, 16)
    x, y = made.train.x, made.train.y[:, 0]
    np.testing.assert_allclose(y, 2 * np.cos(1.0) * x[:, 3] - x[:, 2], atol=1e-3)  # of one batch
    assert len(made.validation) >= 1000
    assert "get_batch('train'), get_batch('val')" in made.words[2]


def test_a_last_batch_that_the_loader_drops_is_no_update(script):
    whole = LOADER.replace("shuffle=True", "shuffle=False").replace("=10", "=50")
    net = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))\n"
    parts = net, "opt = optim.SGD(net.parameters(), lr=0.1)\n"
    update = "loss = F.cross_entropy(net(a), b); loss.backward()"
    dropping = script(*parts, whole.replace("shuffle", "drop_last=True, shuffle"), looped(update))
    made = open_python(dropping)
    assert (made.epoch_updates, len(made.train)) == (2, 120)
    its, ours = both_ways(dropping)
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)
    keeping = open_python(script(*parts, whole, looped(update)))
    assert keeping.epoch_updates == 3
    assert len(keeping.trainable.fresh(0).train(keeping.train, Plan(3)).loss) == 3
