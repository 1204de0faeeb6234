"""What a script changes beside its updates: refused where it matters, passed where it does not."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, PARTS, UPDATE, both_ways, looped

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
HAS = "trained.net = net\n"
EPOCH = "for epoch in range(7):\n"


def around(before="", behind="", update=UPDATE):
    """The usual loop with lines before and behind each epoch."""
    first = "".join(f"    {line}\n" for line in before.splitlines())
    last = "".join(f"    {line}\n" for line in behind.splitlines())
    return looped(update).replace(EPOCH, EPOCH + first) + last


FUNCTIONS = """
from torch.nn.utils import prune

def thaw(module):
    for p in module.parameters():
        p.requires_grad_(True)

class Thawing:
    def at_end(self, trained):
        thaw(trained.net)

class Trained: pass
calls, trained = [Thawing()], Trained()

def hear(name, trained):
    for c in calls:
        getattr(c, name)(trained)

events = {"end": [calls[0].at_end]}

def tell(name, trained):
    for c in calls:
        f = getattr(c, name, None)
        if f: f(trained)

class Drops(nn.Module):
    scale = 1.0
    def forward(self, h):
        return h * self.scale

class Rows(Dataset):
    factor = 1.0
    def __len__(self):
        return 60
    def __getitem__(self, i):
        return x[i] * self.factor, y[i]

def off(module):
    for one in module.modules():
        if isinstance(one, nn.Dropout): one.p = 0.0

warmth, weight, settings = 1.0, 0.0, {"weight": 0.0}
class Warm(nn.Module):
    def forward(self, h):
        shown = h / warmth
        return shown

class Focal:
    power = 1.0
    def __call__(self, out, target):
        return F.cross_entropy(out, target) ** self.power
focal, shown = Focal(), 0

def weighted(out, target):
    return F.cross_entropy(out, target) + weight * out.pow(2).mean()
"""


@pytest.mark.parametrize(
    ("before", "behind", "said"),
    [
        ("if epoch == 3:\n    for p in net[0].parameters(): p.requires_grad = True", "",
         "p.requires_grad = True, beside"),
        ("if epoch == 3: thaw(net[0])", "", "thaw(net[0]), beside"),
        ("if epoch == 3: opt.add_param_group({'params': [], 'lr': 0.1})", "", "add_param_group"),
        ("for group in opt.param_groups: group['momentum'] = 0.1 * epoch", "",
         "group['momentum'] = 0.1 * epoch, beside"),
        ("for group in opt.param_groups: group.update(momentum=0.1 * epoch)", "",
         "group.update(momentum=0.1 * epoch), beside"),
        ("for group in opt.param_groups: group |= {'lr': 0.1, 'eps': 1e-8 * epoch}", "",
         "group |= {'lr': 0.1, 'eps': 1e-08 * epoch}, beside"),
        ("", "for c in calls: c.at_end(trained)", "c.at_end(trained), beside"),
        ("", "for c in calls: getattr(c, 'at_end')(trained)", "getattr(c, 'at_end')(trained), b"),
        ("", "tell('at_end', trained)", "tell('at_end', trained), beside"),
        ("", "for f in events.get('end', []): f(trained)", "f(trained), beside"),
        ("", "hear('at_end', trained)", "hear('at_end', trained), beside"),
        ("", "with torch.no_grad():\n    for p in net.parameters(): p.clamp_(-1, 1)", "p.clamp_"),
        ("", "if epoch > 2: net.load_state_dict(kept)", "net.load_state_dict(kept), beside"),
        ("", "opt.state.clear()", "opt.state.clear(), beside"),
        ("", "off(net)", "off(net), beside"),
        ("setattr(net[0], 'weight', nn.Parameter(torch.ones(8, 4)))", "", "setattr(net[0], 'weigh"),
        ("", "prune.l1_unstructured(net[0], 'weight', 0.5)", "prune.l1_unstructured("),
        ("criterion = nn.CrossEntropyLoss() if epoch < 4 else nn.MultiMarginLoss()", "",
         "criterion = nn.CrossEntropyLoss() if epoch < 4"),
        ("if epoch == 4: opt = optim.SGD(net.parameters(), lr=0.1)", "", "opt = optim.SGD("),
        ("opt = optim.Adam(net.parameters())", "", "opt = optim.Adam("),
        ("loader = DataLoader(TensorDataset(x, y), 10 + epoch)", "", "loader = DataLoader("),
        ("", "if sum(p.abs().sum() for p in net.parameters()) > epoch: loader = loader",
         "loader = loader, which changes"),
    ],
)  # fmt: skip
def test_what_changes_between_epochs_is_refused(script, before, behind, said):
    body = around(before, behind)
    with pytest.raises(UsageError) as refused:
        open_python(script(PARTS, LOADER, "kept = net.state_dict()\n", FUNCTIONS, HAS, body))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (around("weight = 0.1 * epoch", update="loss = weighted(net(a), b); loss.backward()"),
         "weight = 0.1 * epoch"),
        (around("settings['weight'] = epoch", update="loss = criterion(net(a), b) "
                "+ settings['weight'] * net(a).mean(); loss.backward()"),
         "settings['weight'] = epoch"),
        ("last = Drops()\nnet.append(last)\n" + around("last.scale = 1 / (1 + epoch)"),
         "last.scale = 1 / (1 + epoch), beside"),
        ("net.append(nn.Dropout(0.1))\n" + around("net[-1].p = epoch / 9"),
         "net[-1].p = epoch / 9, beside"),
        (around("if epoch == 3: net.append(nn.Linear(2, 2))"), "net.append(nn.Linear(2, 2)), b"),
        ("net.append(Warm())\n" + around("warmth = 1 + epoch"), "warmth = 1 + epoch, which"),
        (around("focal.power = 1 + epoch", update="focal(net(a), b).backward()"),
         "focal.power = 1 + epoch, beside"),
        ("rows = Rows()\nloader = DataLoader(rows, 10)\n" + around("rows.factor = 1 + epoch"),
         "rows.factor = 1 + epoch, beside"),
        ("z = y.clone()\n" + looped("loss = criterion(net(x), z); loss.backward()", "if True:")
         + "    z = net(x).argmax(1)\n", "z, which the loop gives other rows behind its update"),
        ("z = y.clone()\nfor epoch in range(5):\n    for i in range(0, 120, 10):\n"
         "        opt.zero_grad()\n        criterion(net(x[i:i + 10]), z[i:i + 10]).backward()\n"
         "        opt.step()\n    z[:9] = 0\n", "z[:9] = 0"),
        ("for epoch in range(5):\n    n = 20 + 10 * epoch\n    for i in range(0, n, 10):\n"
         "        opt.zero_grad()\n        criterion(net(x[i:i + 10]), y[i:i + 10]).backward()\n"
         "        opt.step()\n", "n = 20 + 10 * epoch"),
        ("def train(net, opt, weight):\n    for a, b in loader:\n        out = net(a)\n"
         "        opt.zero_grad(); (criterion(out, b) + weight * out.mean()).backward()\n"
         "        opt.step()\nfor epoch in range(3): train(net, opt, weight=epoch / 3)\n",
         "weight=epoch / 3"),
    ],
)  # fmt: skip
def test_what_updates_take_may_not_go_with_the_epoch(script, body, said):
    with pytest.raises(UsageError) as refused:
        open_python(script(PARTS, LOADER, FUNCTIONS, body))
    assert said in str(refused.value)


AVERAGE = """
class Average:
    def __init__(self, net):
        self.net, self.kept, self.own = net, {n: p.clone() for n, p in net.named_parameters()}, {}
    def exchange(self):
        for name, p in self.net.named_parameters():
            self.own[name] = p.data
            p.data = self.kept[name]
    def restore(self):
        for name, p in self.net.named_parameters():
            p.data = self.own[name]

average, best, waited, seen = Average(net), 9.0, 0, []
def evaluate(model):
    model.eval()
    with torch.no_grad():
        return F.cross_entropy(model(x), y).item()
"""


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("net.train()", "net.epoch = epoch\nseen.append(evaluate(net))"),
        ("", "average.exchange()\nprint(evaluate(net))\naverage.restore()"),
        (
            "",
            "waited += evaluate(net) > 9\nif waited > 9:\n    net.load_state_dict(best)\n    break",
        ),
        ("bar = iter(loader)\nnet.zero_grad()", "for p in net.parameters(): p.grad.zero_()"),
        ("shown = epoch * 2\nloss = epoch", "shown += 1"),
        ("out = epoch * 2\nlabel = f'{epoch}'", "torch.save(net.state_dict(), 'kept.pt')"),
    ],
)
def test_what_leaves_the_training_as_it_is_is_passed(script, before, behind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = script(PARTS, IN_ORDER, FUNCTIONS, AVERAGE, around(before, behind))
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)


def test_a_bar_that_names_the_epoch_and_rows_in_another_order_are_no_other_rows(script):
    bar = "from tqdm import tqdm\n" + looped(UPDATE, "for a, b in bar:").replace(
        EPOCH, EPOCH + "    bar = tqdm(loader, desc=f'epoch {epoch}', disable=True)\n"
    )
    assert open_python(script(PARTS, LOADER, bar)).epochs == 7
    mixed = (
        "for epoch in range(5):\n    order = np.random.RandomState(epoch).permutation(120)\n"
        "    x, y = x[order], y[order]\n    for i in range(0, 120, 10):\n        opt.zero_grad()\n"
        "        criterion(net(x[i:i + 10]), y[i:i + 10]).backward()\n        opt.step()\n"
    )
    made = open_python(script(PARTS, mixed))
    assert (made.epochs, made.trainable.shuffle) == (5, True)


def test_each_fold_of_a_cross_validation_is_a_training(script):
    folds = (
        "from sklearn.model_selection import KFold\n"
        "for fold, (ids, others) in enumerate(KFold(3).split(np.arange(120))):\n"
        "    part = torch.utils.data.SubsetRandomSampler(ids)\n"
        "    loader = DataLoader(TensorDataset(x, y), 10, sampler=part)\n"
        f"    {MODEL}    opt = optim.Adam(net.parameters())\n"
    )
    body = "".join(f"    {line}\n" for line in looped(UPDATE).splitlines())
    made = open_python(script(PARTS, folds, body))
    assert (len(made.train), made.epochs) == (80, 7)


@pytest.mark.parametrize("rule", ["g.clamp(-1e-3, 1e-3)", "g * torch.tensor([[1.0, 0, 1, 0]])"])
def test_hooks_on_gradients_are_those_of_copies_too(script, rule):
    hook = f"net[0].weight.register_hook(lambda g: {rule})\n"
    path = script(PARTS, IN_ORDER, hook, looped(UPDATE))
    assert "with the hooks on gradients that its parameters have" in open_python(path).words
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)
    plain, _ = both_ways(script(PARTS, IN_ORDER, looped(UPDATE)))
    assert not np.allclose(plain, its, rtol=1e-2)


@pytest.mark.parametrize(
    "hook",
    [
        "opt.register_step_pre_hook(lambda *_: None)\n",
        "opt.register_step_post_hook(lambda *_: None)\n",
        "net[0].weight.register_post_accumulate_grad_hook(lambda p: None)\n",
    ],
)
def test_hooks_that_copies_lack_are_refused(script, hook):
    with pytest.raises(UsageError) as refused:
        open_python(script(PARTS, LOADER, hook, looped(UPDATE)))
    assert hook.partition("(")[0].rpartition(".")[2] in str(refused.value)


SEVERAL = """
for epoch in range(3):
    for phase, rows in loaders.items():
        for a, b in rows:
            loss = criterion(net(a), b)
            if phase == "train":
                opt.zero_grad()
                loss.backward()
                opt.step()
"""


def test_batches_of_several_loaders_are_refused_but_where_one_is_to_validate(script):
    made = 'loaders = {"train": loader, "val": DataLoader(TensorDataset(x, y), 5)}\n'
    assert open_python(script(PARTS, LOADER, made, SEVERAL)).epoch_updates == 12
    every = SEVERAL.replace('phase == "train"', "epoch < 9")
    with pytest.raises(UsageError, match="batches of several loaders by rows"):
        open_python(script(PARTS, LOADER, made, every))


def test_a_frozen_parameter_may_have_a_hook(script):
    frozen = "net[0].weight.register_hook(lambda g: g)\nnet[0].weight.requires_grad = False\n"
    its, ours = both_ways(script(PARTS, IN_ORDER, frozen, looped(UPDATE)))
    np.testing.assert_allclose(ours, its, rtol=1e-4, atol=1e-6)
