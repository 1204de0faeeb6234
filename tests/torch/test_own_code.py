"""Faults that only a user's own code has: each is found, and healthy set-ups stay quiet."""

import importlib.util
import re

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import nndoctor as nd  # noqa: E402
from nndoctor.api.torch_words import in_pytorch  # noqa: E402
from nndoctor.diagnosis.causes import CAUSES  # noqa: E402
from nndoctor.errors import NNDoctorError  # noqa: E402
from nndoctor.findings import Status, Verdict  # noqa: E402

from .setups import (  # noqa: E402
    HEALTHY,
    TwoInputs,
    adam,
    classes,
    cross_entropy,
    mlp,
    numbers,
    regression,
    sequences,
    two,
)


def told(setup):
    return {f.code: f.status for f in nd.setup_report(setup).findings}


class Of(nn.Module):
    """A network with a forward method of the case's own."""

    def __init__(self, run):
        super().__init__()
        self.first, self.second = nn.Linear(6, 12), nn.Linear(12, 4)
        self.run = run

    def forward(self, x):
        return self.run(self, x)


def of(run):
    return cross_entropy(lambda: Of(run), classes())


def only_the_head():
    model = mlp()
    return cross_entropy(model, classes(), optimizer=torch.optim.SGD(model[3].parameters(), lr=0.1))


def in_a_list():
    """Its head is registered, so that a look at the optimizer alone finds nothing."""

    def make():
        model = Of(lambda m, x: m.second(m.body[0](x).relu()))
        model.body = [nn.Linear(6, 12)]
        model.first = nn.Identity()
        return model

    return cross_entropy(make, classes())


def a_teacher_beside():
    """Kept out of the parameters on purpose: no gradient reaches it."""

    def run(model, x):
        with torch.no_grad():
            hint = model.teacher[0](x)
        return model.second(model.first(x).relu()) + 0.01 * hint

    def make():
        model = Of(run)
        model.teacher = [nn.Linear(6, 4)]
        return model

    return cross_entropy(make, classes())


def another_model():
    model, other = mlp(), mlp()
    return cross_entropy(model, classes(), optimizer=torch.optim.SGD(other.parameters(), lr=0.1))


def step(clears):
    def one(model, loss, optimizer, inputs, targets):
        if clears:
            optimizer.zero_grad()
        lost = loss(model(inputs), targets)
        lost.backward()
        optimizer.step()
        return lost

    return cross_entropy(mlp, classes(), step=one)


class Adding:
    """Steps once in four batches; what it counts outlives every start."""

    def __init__(self, clears=True):
        self.clears, self.batches = clears, 1

    def __call__(self, model, loss, optimizer, inputs, targets):
        lost = loss(model(inputs), targets)
        (lost / 4).backward()
        self.batches += 1
        if self.batches % 4 == 0:
            optimizer.step()
            if self.clears:
                optimizer.zero_grad()
        return lost


def clears_behind(model, loss, optimizer, inputs, targets):
    lost = loss(model(inputs), targets)
    lost.backward()
    optimizer.step()
    model.zero_grad()
    return lost


def looks_at_scores(back):
    """A step that looks at its scores in evaluation mode, and comes back from there, or not."""

    def one(model, loss, optimizer, inputs, targets):
        if back:
            model.train()
        lost = user_step(model, loss, optimizer, inputs, targets)
        model.eval()
        with torch.no_grad():
            model(inputs)
        return lost

    return cross_entropy(mlp, classes(), step=one)


class Along(nn.Module):
    """A recurrent net that runs along the rows of a batch, each of them once, unless told so."""

    def __init__(self, batch_first):
        super().__init__()
        self.body, self.head = nn.GRU(1, 8, batch_first=batch_first), nn.Linear(8, 4)

    def forward(self, x):
        return self.head(self.body(x[:, :, None])[0][:, -1])


def logarithm(outputs, targets):
    """A cross-entropy of one's own, at saturated probabilities."""
    p = torch.sigmoid(1000 * outputs)
    return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()


def frozen():
    model = mlp()
    model[0].requires_grad_(False)
    return cross_entropy(model, classes(), optimizer=adam(model.parameters()))


def evaluating():
    model = mlp().eval()
    return cross_entropy(model, classes(), optimizer=adam(model.parameters()))


def binary(y, model=None, loss=None):
    x, _ = classes()
    make = model or (lambda: nn.Linear(6, 1))
    return nd.torch.Setup(
        model=make, loss=loss or nn.BCEWithLogitsLoss(), optimizer=adam, train=(x, y(x))
    )


def zero_or_one(x):
    return (x[:, :1] > 0).float()


def labels(x):
    return (x[:, :3] > 0).float()


def one_input_unused():
    class Half(TwoInputs):
        def forward(self, numbers, kinds):
            return self.head(self.right(kinds)) + 0 * numbers.sum()

    x, kinds, y = two()
    return cross_entropy(Half, ((x, kinds), y))


def moves(stepping, clearing):
    """A step that moves its weights if it steps and does not clear before."""

    def update(model, loss, optimizer, inputs, targets):
        optimizer.zero_grad()
        lost = loss(model(inputs), targets)
        lost.backward()
        if clearing:
            optimizer.zero_grad()
        if stepping:
            optimizer.step()
        return lost

    return cross_entropy(mlp, classes(), step=update)


def root_of_zero():
    return of(lambda m, x: m.second((m.first(x) * (m.first(x) > 0)).sqrt()))


def unseeded():
    draws = np.random.default_rng(0)
    return of(lambda m, x: m.second(m.first(x)) * float(draws.normal()))


SICK = {
    "only the head in the optimizer": (only_the_head, "ND801", Status.WARNING),
    "optimizer of another model": (another_model, "ND801", Status.ERROR),
    "layers in a plain list": (in_a_list, "ND801", Status.ERROR),
    "detached": (
        lambda: of(lambda m, x: m.second(m.first(x).relu().detach())), "ND802", Status.WARNING
    ),
    "a layer unused": (
        lambda: of(lambda m, x: functional.pad(m.first(x)[:, :3], (0, 1))), "ND802", Status.WARNING
    ),
    "frozen": (frozen, "ND802", Status.NOTE),
    "gradients added up": (lambda: step(False), "ND803", Status.ERROR),
    "gradients added up, step by step": (
        lambda: cross_entropy(mlp, classes(), step=Adding(False)), "ND803", Status.ERROR
    ),
    "never stepped": (lambda: moves(False, False), "ND813", Status.ERROR),
    "gradients cleared before the step": (lambda: moves(True, True), "ND813", Status.ERROR),
    "evaluation mode left behind by a step": (
        lambda: looks_at_scores(False), "ND807", Status.WARNING
    ),
    "along the rows": (
        lambda: cross_entropy(lambda: Along(False), classes()), "ND808", Status.ERROR
    ),
    "a loss that breaks": (
        lambda: binary(zero_or_one, loss=logarithm), "ND810", Status.ERROR
    ),
    "a root of what may be zero": (root_of_zero, "ND810", Status.ERROR),
    "softmax twice": (
        lambda: of(lambda m, x: m.second(m.first(x).relu()).softmax(dim=1)), "ND804", Status.ERROR
    ),
    "shares by hand": (
        lambda: of(lambda m, x: functional.normalize(m.second(m.first(x)).exp(), p=1)),
        "ND804", Status.WARNING,
    ),
    "sigmoid twice": (
        lambda: binary(zero_or_one, lambda: nn.Sequential(nn.Linear(6, 1), nn.Sigmoid())),
        "ND804", Status.ERROR,
    ),
    "softmax before a margin": (
        lambda: cross_entropy(
            lambda: nn.Sequential(mlp(), nn.Softmax(1)), classes(), loss=nn.MultiMarginLoss()
        ),
        "ND804", Status.WARNING,
    ),
    "sigmoid before a soft margin": (
        lambda: binary(
            lambda x: x[:, :1].sign(), lambda: nn.Sequential(nn.Linear(6, 1), nn.Sigmoid()),
            functional.soft_margin_loss,
        ),
        "ND804", Status.ERROR,
    ),
    "softmax of labels that go together": (
        lambda: binary(labels, lambda: nn.Sequential(nn.Linear(6, 3), nn.Softmax(1)), nn.BCELoss()),
        "ND804", Status.ERROR,
    ),
    "logits as log-probabilities": (
        lambda: cross_entropy(mlp, classes(), loss=nn.NLLLoss()), "ND804", Status.ERROR
    ),
    "added up": (
        lambda: cross_entropy(mlp, classes(), loss=nn.CrossEntropyLoss(reduction="sum")),
        "ND211", Status.NOTE,
    ),
    "added up by hand, plain steps": (
        lambda: cross_entropy(
            mlp, classes(), loss=lambda o, y: functional.cross_entropy(o, y) * len(y),
            optimizer=lambda p: torch.optim.SGD(p, lr=0.1),
        ),
        "ND211", Status.WARNING,
    ),
    "labels of -1 and 1": (lambda: binary(lambda x: x[:, :1].sign()), "ND805", Status.ERROR),
    "(n, 1) against (n,)": (
        lambda: regression(target=lambda y: y[:, 0]), "ND806", Status.ERROR
    ),
    "evaluation mode": (evaluating, "ND807", Status.WARNING),
    "dropout without end": (
        lambda: of(lambda m, x: m.second(functional.dropout(m.first(x), 0.5))),
        "ND807", Status.WARNING,
    ),
    "mean over the rows": (
        lambda: of(lambda m, x: m.second(m.first(x - x.mean(dim=0)).relu())), "ND808", Status.ERROR
    ),
    "an input unused": (one_input_unused, "ND809", Status.ERROR),
    "outputs constant": (
        lambda: of(lambda m, x: m.second(m.first(x * 0))), "ND809", Status.ERROR
    ),
    "logarithm of what is negative": (
        lambda: of(lambda m, x: m.second(m.first(x)).log()), "ND810", Status.ERROR
    ),
    "two paths": (
        lambda: of(lambda m, x: m.second(m.first(x)) * (1 if m.training else -30)),
        "ND811", Status.WARNING,
    ),
    "a generator of its own": (unseeded, "ND812", Status.NOTE),
}  # fmt: skip


@pytest.mark.parametrize("name", SICK)
def test_the_fault_is_found(name):
    make, code, status = SICK[name]
    assert told(make())[code] is status


@pytest.mark.parametrize("name", [*HEALTHY])
def test_a_healthy_model_is_left_in_peace(name):
    loud = {c: s for c, s in told(HEALTHY[name]()).items() if s.severity >= Status.NOTE.severity}
    assert loud == {}


@pytest.mark.parametrize(
    "name",
    [
        "step",
        "gradients of four batches",
        "cleared behind the step",
        "back in training mode",
        "along the columns",
        "sigmoid",
        "log-softmax",
        "bce",
        "a margin of scores",
        "a teacher beside",
        "softmax of one label in a row",
    ],
)
def test_what_looks_alike_and_is_right_is_left_in_peace(name):
    healthy = {
        "step": lambda: step(True),
        "gradients of four batches": lambda: cross_entropy(mlp, classes(), step=Adding()),
        "cleared behind the step": lambda: cross_entropy(mlp, classes(), step=clears_behind),
        "back in training mode": lambda: looks_at_scores(True),
        "along the columns": lambda: cross_entropy(lambda: Along(True), classes()),
        "sigmoid": lambda: binary(
            zero_or_one, lambda: nn.Sequential(nn.Linear(6, 1), nn.Sigmoid()), nn.BCELoss()
        ),
        "log-softmax": lambda: cross_entropy(
            lambda: nn.Sequential(mlp(), nn.LogSoftmax(dim=1)), classes(), loss=nn.NLLLoss()
        ),
        "bce": lambda: binary(zero_or_one),
        "a margin of scores": lambda: cross_entropy(
            mlp, classes(), loss=functional.multi_margin_loss
        ),
        "a teacher beside": a_teacher_beside,
        "softmax of one label in a row": lambda: binary(
            lambda x: functional.one_hot(x[:, :3].argmax(1), 3).float(),
            lambda: nn.Sequential(nn.Linear(6, 3), nn.Softmax(1)),
            nn.BCELoss(),
        ),
    }[name]
    loud = {c: s for c, s in told(healthy()).items() if s.severity >= Status.NOTE.severity}
    loud.pop("ND812", None)  # what counts batches counts on in the next start
    assert loud == {}


def causes(setup):
    return {one.cause: str(one.status) for one in nd.checkup(setup, fast=True).diagnosis.causes}


def test_what_only_a_module_of_ones_own_gets_wrong_has_a_cause():
    assert causes(cross_entropy(lambda: Along(False), classes()))["rows_mixed"] == "certain"
    assert causes(one_input_unused())["input_ignored"] == "certain"
    assert next(iter(causes(binary(zero_or_one, loss=logarithm)))) == "wrong_loss"
    found = nd.checkup(one_input_unused(), budget=1)
    assert found.verdict is Verdict.SICK  # its reference is the same module
    drops = of(lambda m, x: m.second(functional.dropout(m.first(x), 0.5)))
    assert causes(drops) == {"dropout_in_evaluation": "certain"}
    draws = of(lambda m, x: m.second(m.first(x) + torch.randn(12)))
    assert "dropout_in_evaluation" not in causes(draws)


def test_an_input_behind_a_cut_graph_is_used_all_the_same():
    detached = of(lambda m, x: m.second(m.first(x).relu().detach()))
    assert told(detached)["ND802"] is not Status.OK
    assert told(detached)["ND809"] is Status.OK
    unused = one_input_unused()
    assert told(unused)["ND802"] is not Status.OK
    assert told(unused)["ND809"] is Status.ERROR


def test_first_weights_of_zero_hide_no_input_where_an_update_moves_them():
    def zeroed(*layers):
        for layer in layers:
            nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)
        return layers

    linear = nn.Sequential(*zeroed(nn.Linear(6, 4)))
    head = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), *zeroed(nn.Linear(8, 4)))
    first, last = zeroed(nn.Linear(6, 8), nn.Linear(8, 4))
    assert told(cross_entropy(linear, classes()))["ND809"] is Status.OK
    assert told(cross_entropy(head, classes()))["ND809"] is Status.OK
    both = nn.Sequential(first, nn.ReLU(), last)
    assert told(cross_entropy(both, classes()))["ND809"] is Status.ERROR


def test_a_loss_that_outputs_thrown_out_break_is_not_to_blame():
    def thrown(model, loss, optimizer, inputs, targets):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(1e4)
        return user_step(model, loss, optimizer, inputs, targets)

    setup = nd.torch.Setup(
        model=lambda: nn.Linear(5, 1),
        loss=nn.MSELoss(),
        optimizer=adam,
        train=numbers(),
        step=thrown,
    )
    found = {f.code: f for f in nd.setup_report(setup).findings}["ND810"]
    assert found.status is Status.ERROR
    assert found.suggests == ("learning_rate_too_high",)


def test_layers_that_are_frozen_on_purpose_need_no_gradient_and_need_not_move():
    first = {f.code: f for f in nd.activations_report(frozen()).findings}["ND311"]
    assert first.status is Status.OK
    course = {f.name: f for f in nd.updates_report(frozen(), updates=8).findings}["frozen-layer"]
    assert course.status is Status.OK
    model = mlp()
    model[0].weight.data.zero_()  # it is to learn, and what follows gets nothing from it
    model[0].bias.data.fill_(-1.0)
    stuck = cross_entropy(model, classes(), optimizer=adam(model.parameters()))
    assert {f.code: f for f in nd.activations_report(stuck).findings}[
        "ND311"
    ].status is Status.ERROR


class Attention(nn.Module):
    """With a place's own vector in it, and scores that are nobody's activation."""

    def __init__(self):
        super().__init__()
        self.place = nn.Parameter(torch.zeros(5, 8))
        self.query, self.key, self.value = (nn.Linear(8, 8) for _ in range(3))
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        x = x + self.place
        scores = torch.softmax(self.query(x) @ self.key(x).transpose(1, 2), dim=-1)
        return self.head((scores @ self.value(x)).mean(dim=1))


def test_the_layers_of_an_attention_of_ones_own_are_its_layers():
    setup = cross_entropy(Attention, sequences())
    layers = setup.trainable.fresh(0).activations(setup.train)
    kinds = {one.name: (one.activation, one.is_output) for one in layers}
    hidden = dict.fromkeys(("query", "key", "value"), ("linear", False))
    assert kinds == hidden | {"head": ("linear", True)}
    assert [one.name for one in setup.layer_plans()] == ["query", "head"]  # along one path


def test_inputs_that_the_model_scales_itself_are_judged_as_its_first_layer_gets_them():
    x, y = classes()

    def net(*first):
        return lambda: nn.Sequential(*first, nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 4))

    for model, status in ((net(), Status.WARNING), (net(nn.BatchNorm1d(6)), Status.OK)):
        seen = nd.checkup(cross_entropy(model, (x * 1e4, y)), fast=True).findings
        assert {f.code: f.status for f in seen}["ND104"] is status


def test_the_module_is_named_in_which_the_first_nan_comes_up():
    class Deep(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Sequential(nn.Linear(6, 8), nn.ReLU()), nn.Linear(8, 4)

        def forward(self, x):
            return self.head(torch.log(self.body(x) - 1e9))

    report = nd.setup_report(cross_entropy(Deep, classes()))
    found = {f.code: f for f in report.findings}["ND810"]
    assert found.where.step == 0
    assert found.where.layer == "the input of head"
    assert found.status is Status.ERROR


def broken(setup):
    """Step and layer of ND810."""
    found = {f.code: f for f in nd.setup_report(setup).findings}["ND810"]
    return found.where.step, found.where.layer


def user_step(model, loss, optimizer, inputs, targets):
    optimizer.zero_grad()
    lost = loss(model(inputs), targets)
    lost.backward()
    optimizer.step()
    return lost


@pytest.mark.parametrize("own", [None, user_step], ids=["usual", "own"])
def test_a_gradient_that_is_not_finite_under_a_finite_loss_is_told_with_its_line(own):
    def root(x):
        return (x - x).abs().sqrt() + x  # 0, of infinite slope

    setup = cross_entropy(lambda: Of(lambda m, x: m.second(root(m.first(x)))), classes(), step=own)
    found = {f.code: f for f in nd.setup_report(setup).findings}["ND810"]
    assert found.where.step == 0
    assert "though the loss is: Sqrt at line" in found.message
    assert "in root: return (x - x).abs().sqrt()" in found.message
    found = causes(setup)
    assert next(iter(found)) == "gradient_not_finite"  # before whatever else helps
    assert found["gradient_not_finite"] == "certain"


def test_the_line_is_the_users_wherever_their_files_lie(tmp_path):
    """A folder may be called as this package is."""
    file = tmp_path / "nndoctor" / "root.py"
    file.parent.mkdir()
    file.write_text("def root(x):\n    return (x - x).abs().sqrt() + x\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("root_of_users", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    setup = of(lambda m, x: m.second(module.root(m.first(x))))
    found = {f.code: f for f in nd.setup_report(setup).findings}["ND810"]
    assert "Sqrt at line 2, in root: return (x - x).abs().sqrt() + x" in found.message


def test_a_gradient_that_a_rate_has_thrown_out_is_no_fault_of_an_operation():
    setup = cross_entropy(
        lambda: nn.Linear(5, 1),
        numbers(),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=1e6),
    )
    found = {f.code: f for f in nd.setup_report(setup).findings}["ND810"]
    assert found.status is Status.ERROR
    assert found.suggests == ("learning_rate_too_high",)


class Log(nn.Module):
    def forward(self, x):
        return torch.log(x)


@pytest.mark.parametrize("step", [None, user_step])
def test_the_broken_module_is_named_whoever_makes_the_step(step):
    def model():
        return nn.Sequential(nn.Linear(6, 8), Log(), nn.Linear(8, 4))

    assert broken(cross_entropy(model, classes(), step=step)) == (0, "Log 1")


@pytest.mark.parametrize("step", [None, user_step])
def test_outputs_that_a_loss_refuses_since_they_are_not_finite_are_a_result(step):
    x, y = classes()
    rows = x, (y[:, None] > 1).float()

    def model():
        return nn.Sequential(nn.Linear(6, 1), Log(), nn.Sigmoid())

    setup = cross_entropy(model, rows, loss=nn.BCELoss(), step=step)
    assert broken(setup) == (0, "Log 1")
    assert told(setup)["ND804"] is Status.OK  # the sigmoid is there


@pytest.mark.parametrize(
    ("last", "scale", "status"),
    [
        (nn.Sigmoid(), 1.0, Status.OK),
        (nn.Sigmoid(), 3.0, Status.ERROR),
        (nn.Identity(), 3.0, Status.OK),
        (nn.Softmax(dim=1), 1.0, Status.ERROR),
    ],
)
def test_targets_that_the_last_activation_never_reaches_are_found(last, scale, status):
    setup = regression(
        target=lambda y: scale * torch.sigmoid(y),
        model=lambda: nn.Sequential(nn.Linear(5, 1), last),
    )
    assert told(setup)["ND201"] is status


def test_the_rows_of_a_check_up_are_looked_at_where_they_are_columns_of_numbers():
    x, y = classes()
    raw = cross_entropy(mlp, (x * 1e4, y))
    seen = {f.code: f for f in nd.checkup(raw, fast=True).findings}
    assert seen["ND104"].status is Status.WARNING
    assert "input_not_normalised" in seen["ND104"].suggests
    pictures = nd.checkup(HEALTHY["cnn"](), fast=True)
    assert not any(f.code.startswith("ND1") for f in pictures.findings)


RECIPES_KEY = re.compile(r"\w+(\.\w+)* = (true|\"|[0-9])|--set|recipe|he_normal")


@pytest.mark.parametrize("cause", CAUSES)
def test_no_cause_asks_a_user_of_pytorch_for_the_key_of_a_recipe(cause):
    assert not RECIPES_KEY.search(in_pytorch(CAUSES[cause].treatment))


def test_advice_on_a_module_has_pytorchs_words():
    x, y = classes()
    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 4))
    told = nd.checkup(
        cross_entropy(model, (x * 1e4, y), optimizer=adam(model.parameters())), fast=True
    )
    advice = [one.advice for one in (*told.diagnosis.causes, *told.findings)]
    assert "x = (x - x.mean(0)) / x.std(0), by the training rows" in advice
    assert not any(RECIPES_KEY.search(one) for one in advice)


def test_a_step_that_raises_is_told():
    def raises(model, loss, optimizer, inputs, targets):
        raise ValueError("no such batch")

    setup = cross_entropy(mlp, classes(), step=raises)
    with pytest.raises(NNDoctorError, match="the step function raises ValueError: no such batch"):
        nd.setup_report(setup)


def test_inputs_that_are_not_finite_are_named_and_only_those_of_the_batch():
    x, y = classes()
    x[40:48] = float("nan")
    assert broken(cross_entropy(mlp, (x, y), shuffle=False)) == (2, "the inputs")
    out = of(lambda m, x: m.second(m.first(x)) + float("inf"))
    assert broken(out) == (0, "the outputs")
    # what breaks is found in the batch that broke, not in all rows
    xs = classes()[0]

    def run(m, x):
        return m.second(m.first(x) + (float("inf") if x[0, 0] == xs[32, 0] else 0.0))

    third = cross_entropy(lambda: Of(run), classes(), shuffle=False)
    assert broken(third) == (2, "the input of second")


def test_a_step_that_is_not_finite_is_not_held_against_its_gradients():
    x, y = classes()
    x[:] = float("nan")
    given, none = (
        {f.code: f for f in nd.setup_report(setup).findings}
        for setup in (cross_entropy(mlp, (x, y), step=user_step), cross_entropy(mlp, (x, y)))
    )
    assert given["ND803"].status is none["ND803"].status is none["ND813"].status is Status.SKIP
    assert given["ND803"].message.startswith("the step function is not finite")
    for code in ("ND803", "ND813"):
        assert none[code].message.startswith("no step function is given")
