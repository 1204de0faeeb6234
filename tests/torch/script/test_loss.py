"""The loss of a script, which is held against the first that it computes."""

import pytest

torch = pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python  # noqa: E402
from nndoctor.trainable import Batch  # noqa: E402

from .parts import LOADER, MODEL, ONE, OPT, PARTS, both_ways, looped  # noqa: E402

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


def test_the_mean_of_the_losses_of_rows_is_the_loss_s_own(script):
    single = "criterion = nn.CrossEntropyLoss(reduction='none')\n"
    update = "loss = criterion(net(a), b); loss.mean().backward()"
    made = open_python(script(PARTS, single, LOADER, looped(update)))
    assert "CrossEntropyLoss" in made.words[1]
    assert "criterion(outputs, targets).mean()" in made.words[2]


def test_a_loss_of_few_digits_is_near_enough(script):
    update = (
        "with torch.autocast('cpu', dtype=torch.bfloat16): loss = criterion(net(a), b)\n"
        "        loss.backward()"
    )
    made = open_python(script(PARTS, LOADER, looped(update)))
    assert any("mixed precision is left out" in word for word in made.words)


def test_a_loss_may_take_its_targets_several_times(script):
    """As one's own cross-entropy does, which has y and 1 - y."""
    ordered = LOADER.replace("shuffle=True", "shuffle=False")
    own = "p = net(a).sigmoid().squeeze(1); b = b.float(); "
    own += "loss = -(b * torch.log(p) + (1 - b) * torch.log(1 - p)).mean(); loss.backward()"
    one, other = both_ways(script(ONE, OPT, ordered, looped(own)))
    assert abs(one - other).max() < 1e-5
