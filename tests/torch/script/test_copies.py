"""Scripts that can't be examined as they are: what they are told to do works as it is printed."""

import pytest

pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python

from .parts import LOADER, OPT, PARTS, looped

TWO = """
class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 8)
        self.sort = nn.Linear(8, 2)
        self.size = nn.Linear(8, 1)
    def forward(self, x):
        h = self.body(x).relu()
        return self.sort(h), self.size(h)
net = Two()
criterion, mse = nn.CrossEntropyLoss(), nn.MSELoss()
z = x[:, 1:2] * 2
"""
BOTH = LOADER.replace("(x, y)", "(x, y, z)")
HEADS = "o, p = net(a); loss = criterion(o, b) + 0.5 * mse(p, c); loss.backward()"


def test_several_targets_are_named_with_a_term_that_can_stand_alone(run, script):
    head = "for a, b, c in loader:"
    done = run("check-loss", script(TWO, OPT, BOTH, looped(HEADS, head)))
    assert done.code == 2
    assert "several targets (b, c) in criterion(net(a)[0], b) + 0.5 * mse(net(a)[1], c)" in done.err
    term = done.err.rpartition("can be examined: ")[2].strip()
    alone = f"loss = {term}; loss.backward()"
    made = open_python(script(TWO, OPT, BOTH, looped(alone, head)))
    assert len(made.train) == 120
    assert run("check-loss", made.name).code == 0


MIX = """
def mixup(a, b):
    lam, order = np.random.beta(0.4, 0.4), torch.randperm(len(a))
    return lam * a + (1 - lam) * a[order], b, b[order], lam
"""
WAYS = {
    "inputs and loss share": "lam = np.random.beta(0.4, 0.4); order = torch.randperm(len(a)); "
    "out = net(lam * a + (1 - lam) * a[order]); "
    "loss = lam * criterion(out, b) + (1 - lam) * criterion(out, b[order]); loss.backward()",
    "several targets": "m, b1, b2, lam = mixup(a, b); out = net(m); "
    "loss = lam * criterion(out, b1) + (1 - lam) * criterion(out, b2); loss.backward()",
    "inputs and targets share": "lam = np.random.beta(0.4, 0.4); t = F.one_hot(b, 2).float(); "
    "m = lam * a + (1 - lam) * a.flip(0); t = lam * t + (1 - lam) * t.flip(0); "
    "loss = criterion(net(m), t); loss.backward()",
}


@pytest.mark.parametrize(("said", "update"), WAYS.items())
def test_rows_that_are_mixed_are_named_as_such(run, script, said, update):
    done = run("check-loss", script(PARTS, MIX, LOADER, looped(update)))
    assert done.code == 2
    assert said in done.err
    assert "a copy of the file that trains on its rows as they are can be examined" in done.err


@pytest.mark.parametrize("before", ["w = min(1.0, epoch / 5)", "w = 0.0 if epoch < 3 else 1.0"])
def test_a_weight_that_grows_can_be_a_number(run, script, before):
    loss = "out = net(a); loss = criterion(out, b) + w * out.pow(2).mean(); loss.backward()"
    ramped = looped(f"{before}; {loss}")
    done = run("check-loss", script(PARTS, LOADER, ramped))
    assert done.code == 2
    assert "which changes as it trains" in done.err
    assert "with one number in its place can be examined" in done.err
    made = open_python(script(PARTS, LOADER, looped(f"w = 1.0; {loss}")))
    assert len(made.train) == 120


def test_a_state_that_is_handed_on_is_named(run, script):
    words = """
class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.last = nn.GRU(4, 8, batch_first=True), nn.Linear(8, 2)
    def forward(self, x, h=None):
        out, h = self.rnn(x[:, None], h)
        return self.last(out[:, -1]), h
net, h = Words(), None
criterion = nn.CrossEntropyLoss()
"""
    on = "out, h = net(a, h); h = h.detach(); loss = criterion(out, b); loss.backward()"
    done = run("check-loss", script(words, OPT, LOADER, looped(on)))
    assert done.code == 2
    assert "h, an input that is not part of the batch in net(a, h)" in done.err
    assert "anew in forward() for each batch of a DataLoader" in done.err
    anew = "out, _ = net(a); loss = criterion(out, b); loss.backward()"
    assert run("check-loss", script(words, OPT, LOADER, looped(anew))).code == 0


@pytest.mark.parametrize(
    "update",
    [
        "loss = F.triplet_margin_loss(net(a), net(a + 1), net(a * b[:, None]))",
        "loss = F.cosine_embedding_loss(net(a), net(a.flip(1)), 2.0 * b - 1)",
    ],
)
def test_distances_of_outputs_are_not_judged(run, script, update):
    done = run("check-loss", script(PARTS, LOADER, looped(f"{update}; loss.backward()")))
    assert done.code == 2
    assert "which meet in the loss itself" in done.err
    assert "trains a classifier of the same rows" in done.err


def test_embeddings_of_a_pair_are_no_answers(run, script):
    """Of a model that puts out two embeddings the first is none, however well it learns."""
    pair = """
class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 8)
    def forward(self, a, b):
        return self.body(a), self.body(b)
net = Pair()
z, same = x.flip(0), (y == y.flip(0)).float()
loader = DataLoader(TensorDataset(x, z, same), batch_size=10, shuffle=True)
"""
    update = (
        "o, p = net(a, b); d = F.pairwise_distance(o, p); "
        "loss = (s * d ** 2 + (1 - s) * F.relu(1 - d) ** 2).mean(); loss.backward()"
    )
    body = looped(update, "for a, b, s in loader:")
    done = run("checkup", script(pair, OPT, body), "--fast")
    assert done.code == 2
    assert "outputs of 8 numbers a row for targets of 1" in done.err
    assert "by a classifier on top of them" in done.err
