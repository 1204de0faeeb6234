"""What a diagnosis changes of a PyTorch set-up: each edit is made, and what can't be says why."""

from functools import partial

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from nndoctor.diagnosis import interventions as kinds  # noqa: E402
from nndoctor.diagnosis.components import COMPONENTS  # noqa: E402
from nndoctor.diagnosis.diagnosis import lines_of  # noqa: E402
from nndoctor.diagnosis.subject import Part, Refused  # noqa: E402
from nndoctor.subjects.torch.subject import TorchSubject  # noqa: E402
from nndoctor.subjects.torch.translation import _TABLE  # noqa: E402
from nndoctor.trainable import Plan  # noqa: E402

from .setups import HEALTHY, Cnn, adam, classes, cross_entropy, images, mlp, regression  # noqa: E402


def subject(setup):
    return TorchSubject.of(setup)


class Dropping(nn.Module):
    """By a function, that is not told of the mode."""

    def __init__(self, told=False):
        super().__init__()
        self.first, self.second, self.told = nn.Linear(6, 16), nn.Linear(16, 4), told

    def forward(self, x):
        x = torch.relu(self.first(x))
        return self.second(functional.dropout(x, 0.9, training=self.training or not self.told))


def net(*layers):
    return lambda: nn.Sequential(*(make() for make in layers))


def sgd(**settings):
    return lambda parameters: torch.optim.SGD(parameters, **settings)


def forgets(model, loss, optimizer, inputs, targets):
    lost = loss(model(inputs), targets)
    lost.backward()
    optimizer.step()
    return lost


def clips(model, loss, optimizer, inputs, targets):
    optimizer.zero_grad()
    lost = loss(model(inputs), targets)
    lost.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
    optimizer.step()
    return lost


def wipes(model, loss, optimizer, inputs, targets):
    lost = loss(model(inputs), targets)
    lost.backward()
    optimizer.zero_grad()
    optimizer.step()
    return lost


def scheduled(make, factor):
    def made(parameters):
        optimizer = make(parameters)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
        optimizer.register_step_post_hook(lambda *_: schedule.step())
        return optimizer

    return made


decaying = scheduled(sgd(lr=0.1), lambda step: 0.5**step)


def constant():
    model = mlp()
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.1)
    return model


def large():
    model = mlp()
    nn.init.normal_(model[0].weight, std=20.0)
    return model


def half():
    model = mlp()
    return cross_entropy(model, classes(), optimizer=torch.optim.SGD(model[3].parameters(), lr=0.1))


def uneven():
    x, y = classes()
    kept = (y > 0) | (torch.arange(len(y)) % 8 == 0)
    return x[kept], y[kept]


def frozen():
    model = mlp()
    model[0].requires_grad_(False)
    return model


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(6, 8), nn.Linear(8, 4)

    def forward(self, x):
        return torch.softmax(self.second(torch.sigmoid(self.first(x))), dim=1)


CASES = {
    kinds.ScaleRate(0.1): (lambda: cross_entropy(mlp, classes()), "lr = 0.001"),
    kinds.ReplaceOptimizer("adam"): (
        lambda: cross_entropy(mlp, classes(), optimizer=sgd(lr=0.1)),
        "optimizer = torch.optim.Adam(model.parameters(), lr=0.001)",
    ),
    kinds.FitOutputActivation("double_softmax"): (
        lambda: cross_entropy(Functional, classes()),
        "remove the last softmax before nn.CrossEntropyLoss()",
    ),
    kinds.FitOutputActivation("missing_output_activation"): (
        lambda: cross_entropy(mlp, classes(), loss=nn.NLLLoss()), "loss = nn.CrossEntropyLoss()",
    ),
    kinds.FitOutputActivation("wrong_output_activation"): (
        lambda: regression(
            loss=nn.BCELoss(),
            target=lambda y: torch.cat([y > 0, y > -1, y > 1], dim=1).float(),
            model=lambda: nn.Sequential(nn.Linear(5, 3), nn.Softmax(dim=1)),
        ),
        "remove the last softmax before nn.BCEWithLogitsLoss()",
    ),
    kinds.ReplaceActivation("unfit", "relu"): (
        lambda: cross_entropy(Functional, classes()),
        "nn.ReLU() in place of sigmoid in hidden layers",
    ),
    kinds.ReplaceActivation("linear", "relu"): (
        lambda: cross_entropy(net(lambda: nn.Linear(6, 8), lambda: nn.Linear(8, 4)), classes()),
        "nn.ReLU() after Linear 0",
    ),
    kinds.Reinitialise("constant"): (
        lambda: cross_entropy(constant, classes()), "reset_parameters",
    ),
    kinds.Reinitialise("large"): (lambda: cross_entropy(large, classes()), "reset_parameters"),
    kinds.RescaleInputs(): (
        lambda: cross_entropy(mlp, (classes()[0] * 50 + 9, classes()[1])),
        "x = (x - x.mean(0)) / x.std(0)",
    ),
    kinds.RescaleTarget(): (lambda: regression(target=lambda y: y * 1000 + 500), "y = (y - y.mean"),
    kinds.FitTargetShape(): (
        lambda: regression(target=lambda y: y[:, 0]), "targets = targets.reshape(-1, 1)",
    ),
    kinds.AverageLoss(): (
        lambda: cross_entropy(mlp, classes(), loss=nn.CrossEntropyLoss(reduction="sum")),
        "loss = nn.CrossEntropyLoss(reduction='mean')",
    ),
    kinds.BalanceClasses(): (
        lambda: cross_entropy(mlp, uneven(), loss=nn.CrossEntropyLoss(label_smoothing=0.1)),
        "loss.weight = torch.tensor(",
    ),
    kinds.FitLoss(): (
        lambda: cross_entropy(
            Functional, (classes()[0], nn.functional.one_hot(classes()[1], 4).float()),
            loss=nn.MSELoss(),
        ),
        "loss = nn.CrossEntropyLoss()",
    ),
    kinds.DropDropout(): (lambda: cross_entropy(mlp, classes()), "p = 0"),
    kinds.DropPenalty(): (
        lambda: cross_entropy(mlp, classes(), optimizer=sgd(lr=0.1, weight_decay=0.5)),
        "weight_decay = 0",
    ),
    kinds.WeakenPenalties(0.01): (
        lambda: cross_entropy(mlp, classes(), optimizer=sgd(lr=0.1, weight_decay=0.5)),
        "weight_decay = 0.005",
    ),
    kinds.LowerMomentum(): (
        lambda: cross_entropy(mlp, classes(), optimizer=sgd(lr=0.1, momentum=0.999)),
        "momentum = 0.9",
    ),
    kinds.Descend(): (
        lambda: cross_entropy(mlp, classes(), optimizer=sgd(lr=0.1, maximize=True)),
        "maximize = False",
    ),
    kinds.Clip(): (lambda: cross_entropy(mlp, classes()), "clip_grad_norm_"),
    kinds.MoreUpdates(4): (lambda: cross_entropy(mlp, classes()), "epochs = 16"),
    kinds.Shuffle(): (lambda: cross_entropy(mlp, classes(), shuffle=False), "shuffle = True"),
    kinds.TrainAllParameters(): (half, "all of model.parameters() in the optimizer"),
    kinds.Unfreeze(): (lambda: cross_entropy(frozen, classes()), "model.requires_grad_(True)"),
    kinds.TrainMode(): (lambda: cross_entropy(lambda: mlp().eval(), classes()), "model.train()"),
    kinds.NoDropoutInEvaluation(): (
        lambda: cross_entropy(Dropping, classes()), "F.dropout(..., training=self.training)"
    ),
    kinds.DropSchedule(): (
        lambda: cross_entropy(mlp, classes(), optimizer=decaying),
        "no scheduler.step(): lr stays at 0.1",
    ),
    kinds.DropClipping(): (
        lambda: cross_entropy(mlp, classes(), step=clips),
        "no clip_grad_norm_ before optimizer.step()",
    ),
    kinds.StepPlainly(): (
        lambda: cross_entropy(mlp, classes(), step=wipes), "optimizer.step()  # in this order",
    ),
    kinds.ClearGradients(): (
        lambda: cross_entropy(mlp, classes(), step=forgets), "optimizer.zero_grad()",
    ),
}  # fmt: skip


def test_every_intervention_is_known():
    every = [
        one
        for one in vars(kinds).values()
        if isinstance(one, type)
        and issubclass(one, kinds.Intervention)
        and one is not kinds.Intervention
    ]
    assert set(_TABLE) == set(every)


@pytest.mark.parametrize("intervention", CASES, ids=str)
def test_an_intervention_changes_what_is_wrong_and_is_told_in_pytorch(intervention):
    make, line = CASES[intervention]
    given = subject(make())
    changed = given.apply(intervention)
    assert not isinstance(changed, Refused), changed
    assert any(line in one for one in lines_of(changed.change)), changed.change
    assert changed.key != given.key
    assert changed.run(0, Part.SEARCH).updates > 0
    again = changed.apply(intervention)  # what was mended is not there to be mended
    repeated = (kinds.ScaleRate, kinds.WeakenPenalties, kinds.MoreUpdates, kinds.Clip)
    assert isinstance(again, Refused | TorchSubject)
    if not isinstance(intervention, repeated):
        assert isinstance(again, Refused) or again.key == changed.key


@pytest.mark.parametrize("intervention", CASES, ids=str)
def test_what_is_fine_is_left_alone(intervention):
    plain = subject(
        cross_entropy(net(lambda: nn.Linear(6, 16), nn.ReLU, lambda: nn.Linear(16, 4)), classes())
    )
    always = (kinds.ScaleRate, kinds.MoreUpdates, kinds.Clip)
    if not isinstance(intervention, always):
        told = plain.apply(intervention)
        assert isinstance(told, Refused)
        assert told.reason


def test_a_change_acts_on_the_start_that_is_trained():
    given = subject(cross_entropy(Functional, classes()))
    rows = given.table.dataset
    logits = given.apply(kinds.FitOutputActivation("double_softmax"))
    before, after = (one.trainable.fresh(0).outputs(rows) for one in (given, logits))
    assert np.allclose(before.sum(axis=1), 1, atol=1e-5)
    powers = np.exp(after)
    assert np.allclose(powers / powers.sum(axis=1, keepdims=True), before, atol=1e-5)


@pytest.mark.parametrize("name", HEALTHY)
def test_the_sound_set_up_trains_the_same_module(name):
    given = subject(HEALTHY[name]())
    sound = given.sound(1e-3, 6)
    assert sound.run(0, Part.SEARCH).updates == sound.updates
    assert isinstance(sound.swap("optimizer", sound), Refused)
    swapped = given
    for component in COMPONENTS:
        other = swapped.swap(component, sound)
        swapped = swapped if isinstance(other, Refused) else other
    assert {e.line for e in swapped.edits} == {e.line for e in sound.edits}


def test_a_run_is_the_same_again_and_another_under_another_stream():
    given = subject(cross_entropy(mlp, classes(200)))
    first, second = given.run(3, Part.SEARCH), given.run(3, Part.SEARCH)
    assert first.held_curve == second.held_curve
    assert first.draw == second.draw
    assert given.apply(kinds.Reseed()).run(3, Part.SEARCH).draw != first.draw
    assert given.cost == subject(cross_entropy(mlp, classes(200))).cost > 0


def test_images_are_scaled_by_channel():
    x, y = images()
    given = subject(cross_entropy(Cnn, (x * 40 + 100, y)))
    scaled = given.apply(kinds.RescaleInputs())
    train, _, _ = scaled._rows(0, Part.SEARCH)
    assert abs(float(train.x.mean())) < 1e-3
    assert abs(float(train.x.std()) - 1) < 1e-3
    assert "(0, 2, 3), keepdim=True" in lines_of(scaled.change)[0]


def test_whole_numbers_are_classes_whatever_the_loss():
    x, y = classes(120)
    half = (y % 2).float()[:, None]
    numbers = cross_entropy(
        net(lambda: nn.Linear(6, 8), nn.ReLU, lambda: nn.Linear(8, 1)),
        (x, half),
        loss=nn.MSELoss(),
        optimizer=adam,
    )
    given = subject(numbers)
    assert given.kind == "classification"
    fitted = given.apply(kinds.FitLoss())
    assert lines_of(fitted.change) == ("loss = nn.BCEWithLogitsLoss()",)


def test_an_added_relu_does_not_move_the_softmax_that_is_taken_away():
    layers = (lambda: nn.Linear(6, 8), lambda: nn.Linear(8, 4), lambda: nn.Softmax(dim=1))
    given = subject(cross_entropy(net(*layers), classes()))
    logits = given.apply(kinds.FitOutputActivation("double_softmax"))
    both = logits.apply(kinds.ReplaceActivation("linear", "relu"))
    for changed in (both, given.sound(1e-3, 6)):
        outputs = changed.trainable.fresh(0).outputs(given.table.dataset)
        assert np.abs(outputs.sum(axis=1) - 1).min() > 1e-3


def test_an_activation_that_was_put_in_can_be_exchanged_too():
    given = subject(cross_entropy(Functional, classes()))
    relu = given.apply(kinds.ReplaceActivation("unfit", "relu"))
    leaky = relu.apply(kinds.ReplaceActivation("relu", "leaky_relu"))
    assert relu.plain.calls.hidden == ["relu"]
    assert leaky.plain.calls.hidden == ["leaky_relu"]
    assert leaky.plain.calls.last == "softmax"


class Between(nn.Module):
    """`squash` between two layers, and a gate, an attention and a deviation that use the same."""

    def __init__(self, squash, gated=False):
        super().__init__()
        self.squash, self.gated = squash, gated
        self.first, self.second, self.scores = nn.Linear(6, 8), nn.Linear(8, 4), nn.Linear(6, 8)

    def forward(self, x):
        hidden = self.squash(self.first(x))
        if not self.gated:
            return self.second(hidden)
        weights = torch.softmax(self.scores(x), dim=1)
        drawn = self.first(x) * torch.exp(0.5 * self.scores(x))
        seen = torch.softmax(drawn[:, None] @ drawn[:, :, None], dim=1)[:, 0]
        return self.second(weights * drawn * seen)


SQUASHES = {
    "softmax": lambda: nn.Softmax(dim=1),
    "log_softmax": lambda: partial(functional.log_softmax, dim=-1),
    "exponential": lambda: torch.exp,
}


@pytest.mark.parametrize("name", SQUASHES)
def test_what_squashes_between_two_layers_is_exchanged_for_relu(name):
    given = subject(cross_entropy(lambda: Between(SQUASHES[name]()), classes()))
    unfit = given.apply(kinds.ReplaceActivation("unfit", "relu"))
    told = " ".join(lines_of(unfit.change))
    assert f"nn.ReLU() in place of {name} in hidden layers" in told
    for changed in (unfit, given.sound(1e-3, 6)):
        look = changed.plain
        assert "relu" in look.calls.hidden
        assert not look.squashed
    assert given.plain.squashed == {"first": name}


def test_a_softmax_that_weighs_and_an_exponential_that_scales_are_no_activations():
    given = subject(cross_entropy(lambda: Between(torch.exp, gated=True), classes()))
    assert not given.plain.squashed
    refused = given.apply(kinds.ReplaceActivation("unfit", "relu"))
    assert isinstance(refused, Refused)


def test_classes_are_weighted_beside_what_else_the_loss_is_set_to():
    module = nn.CrossEntropyLoss(label_smoothing=0.1, reduction="sum")
    function = partial(functional.cross_entropy, label_smoothing=0.1)
    for loss in (module, function):
        given = subject(cross_entropy(mlp, uneven(), loss=loss))
        weighted = given.apply(kinds.BalanceClasses())
        assert isinstance(weighted.apply(kinds.BalanceClasses()), Refused)
        new = weighted.trainable.loss
        settings = vars(new) if new is not module and isinstance(new, nn.Module) else new.keywords
        assert settings["label_smoothing"] == 0.1
    assert module.weight is None


def test_a_sum_of_the_wrong_loss_is_the_right_one_where_all_is_sound():
    x, y = classes()
    one_hot = functional.one_hot(y, 4).float()
    summed = cross_entropy(mlp, (x, one_hot), loss=nn.MSELoss(reduction="sum"))
    assert isinstance(subject(summed).sound(1e-3, 6).trainable.loss, nn.CrossEntropyLoss)


def test_a_loss_that_is_a_function_keeps_its_name_as_a_mean():
    summed = partial(functional.mse_loss, reduction="sum")
    given = subject(regression(loss=summed, target=lambda y: y[:, 0]))
    mean = given.apply(kinds.FitTargetShape()).apply(kinds.AverageLoss())
    assert lines_of(mean.change)[1] == "loss = nn.MSELoss(reduction='mean')"
    assert mean.plain.loss == "MSELoss"


class Spread(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.middle, self.width = nn.Linear(5, 8), nn.Linear(8, 1), nn.Linear(8, 1)

    def forward(self, x):
        x = torch.relu(self.body(x))
        return self.middle(x), self.width(x)


def likelihood(outputs, targets):
    middle, width = outputs
    return ((middle[:, 0] - targets).square() * torch.exp(-width[:, 0]) + width[:, 0]).mean()


def test_a_loss_of_ones_own_may_read_several_outputs():
    given = subject(regression(loss=likelihood, model=Spread, target=lambda y: y[:, 0]))
    for intervention in (kinds.FitLoss(), kinds.FitTargetShape()):
        assert "not one tensor" in given.apply(intervention).reason
    sound = given.sound(1e-3, 6)
    assert sound.trainable.loss is likelihood
    assert not sound.run(0, Part.SEARCH).diverged


def test_another_optimizer_has_none_of_what_was_changed_of_the_old_one():
    given = subject(cross_entropy(mlp, classes(), optimizer=sgd(lr=0.1)))
    slower = given.apply(kinds.Clip()).apply(kinds.ScaleRate(0.1))
    assert len(lines_of(slower.change)) == 2
    other = slower.apply(kinds.ReplaceOptimizer("adam"))
    assert other.key == given.apply(kinds.ReplaceOptimizer("adam")).key
    assert len(lines_of(other.apply(kinds.ScaleRate(0.1)).change)) == 2


def test_the_line_that_scales_inputs_gives_what_training_got():
    x, y = classes()
    x[:, 2] = 7.0
    scaled = subject(cross_entropy(mlp, (x * 50 + 9, y))).apply(kinds.RescaleInputs())
    train, _, _ = scaled._rows(0, Part.SEARCH)
    taken = scaled.table.parts(0, Part.SEARCH, 0.0).train
    by_line = eval(scaled.change["x"], {"x": (x * 50 + 9)[taken]})
    assert np.allclose(by_line, train.x, atol=0.05)
    assert (train.x[:, 2] == 0).all()


class Scored(nn.Module):
    """An exponent of 3 that is called p, as dropout's share is, and a reset that asks for more."""

    def __init__(self):
        super().__init__()
        self.first, self.drop, self.second = nn.Linear(6, 8), nn.Dropout(0.5), nn.Linear(8, 4)
        self.p = 3.0

    def reset_parameters(self, gain):
        nn.init.xavier_uniform_(self.first.weight, gain)

    def forward(self, x):
        return self.second(self.drop(self.first(x).abs() ** self.p))


def test_attributes_of_a_users_own_are_not_taken_for_those_of_pytorch():
    sound = subject(cross_entropy(Scored, classes())).sound(1e-3, 6)
    model = sound.trainable.fresh(0).model
    assert (model.p, model.drop.p) == (3.0, 0.0)


def rates(changed, updates=6):
    """The learning rates that steps are made with, which a hook behind all others sees."""
    start, seen = changed.trainable.fresh(0), []
    start.optimizer.register_step_pre_hook(
        lambda optimizer, *_: seen.append(optimizer.param_groups[0]["lr"])
    )
    start.train(changed.table.dataset, Plan(updates))
    return seen


def test_a_schedule_is_scaled_as_a_whole_and_starts_from_what_its_user_stated():
    warming = scheduled(sgd(lr=0.8), lambda step: min(1.0, (step + 1) / 4))
    given = subject(cross_entropy(mlp, classes(), optimizer=warming))
    assert rates(given) == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    tenth = given.apply(kinds.ScaleRate(0.1))
    assert lines_of(tenth.change) == ("lr = 0.08",)
    assert rates(tenth) == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.08, 0.08])
    assert isinstance(given.apply(kinds.DropSchedule()), TorchSubject)
    recursive = subject(cross_entropy(mlp, classes(), optimizer=decaying))
    tenth = recursive.apply(kinds.ScaleRate(0.1))
    assert rates(tenth, 3) == pytest.approx([0.01, 0.005, 0.0025])
    both = tenth.apply(kinds.DropSchedule())
    assert rates(both, 3) == pytest.approx([0.01, 0.01, 0.01])


def test_gradients_that_a_step_shortens_a_little_are_left_alone():
    def halved(model, loss, optimizer, inputs, targets):
        optimizer.zero_grad()
        lost = 0.9 * loss(model(inputs), targets)
        lost.backward()
        optimizer.step()
        return lost

    given = subject(cross_entropy(mlp, classes(), step=halved))
    assert isinstance(given.apply(kinds.DropClipping()), Refused)


class Listed(nn.Module):
    def __init__(self, holder=list):
        super().__init__()
        self.body = holder([nn.Linear(6, 8), nn.Linear(8, 8)])
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        for layer in self.body:
            x = torch.relu(layer(x))
        return self.head(x)


def test_layers_in_a_plain_list_are_registered_and_trained():
    given = subject(cross_entropy(Listed, classes()))
    changed = given.apply(kinds.TrainAllParameters())
    assert "body as nn.ModuleList" in lines_of(changed.change)[0]
    start = changed.trainable.fresh(0)
    before = start.model.body[0].weight.detach().clone()
    start.train(given.table.dataset, Plan(3))
    assert not torch.equal(before, start.model.body[0].weight)
    registered = subject(cross_entropy(lambda: Listed(nn.ModuleList), classes()))
    assert isinstance(registered.apply(kinds.TrainAllParameters()), Refused)


class Recurrent(nn.Module):
    def __init__(self, gain):
        super().__init__()
        self.rnn, self.head = nn.RNN(6, 12, nonlinearity="relu"), nn.Linear(12, 4)
        nn.init.orthogonal_(self.rnn.weight_hh_l0, gain=gain)

    def forward(self, x):
        return self.head(self.rnn(x[None])[0][0])


def test_weights_that_a_recurrent_layer_multiplies_its_state_by_are_judged():
    large, fine = (
        subject(cross_entropy(partial(Recurrent, gain), classes())) for gain in (5.0, 1.0)
    )
    assert isinstance(large.apply(kinds.Reinitialise("large")), TorchSubject)
    assert isinstance(fine.apply(kinds.Reinitialise("large")), Refused)
    assert isinstance(fine.apply(kinds.Reinitialise("small")), Refused)


@pytest.mark.parametrize("loss", [nn.PoissonNLLLoss(), functional.poisson_nll_loss])
def test_counts_are_judged_by_rates_and_neither_scaled_nor_put_under_squares(loss):
    setup = regression(loss=loss, target=lambda y: y.exp().round())
    given = subject(setup)
    assert isinstance(given.apply(kinds.FitLoss()), Refused)
    assert isinstance(given.apply(kinds.RescaleTarget()), Refused)
    start, rows = setup.trainable.fresh(0), setup.train
    with torch.no_grad():
        rates = start.model(start.unpacked(rows)[0]).exp()
    assert np.allclose(start.outputs(rows), rates.numpy(), rtol=1e-5)
    assert not any(one.topic in ("loss", "target") for one in given.sound(1e-3, 6).edits)


def test_rows_that_are_not_shuffled_keep_their_order():
    x, y = classes(200)
    order = torch.argsort(y, stable=True)
    given = subject(cross_entropy(mlp, (x[order], y[order]), shuffle=False))
    for part in Part:
        train, _, _ = given._rows(0, part)
        assert (np.diff(train.y[:, 0]) >= 0).all()
    shuffled = given.apply(kinds.Shuffle())
    assert given.run(0, Part.SEARCH).score < shuffled.run(0, Part.SEARCH).score


def penalised(power):
    def step(model, loss, optimizer, inputs, targets):
        optimizer.zero_grad()
        lost = loss(model(inputs), targets)
        cost = sum(p.abs().pow(power).sum() for p in model.parameters() if p.dim() > 1)
        (lost + 0.1 * cost).backward()
        optimizer.step()
        return lost

    return step


@pytest.mark.parametrize("power", [1, 2], ids=["absolute value", "squared"])
def test_a_penalty_that_the_step_adds_can_be_dropped(power):
    given = subject(cross_entropy(mlp, classes(), step=penalised(power)))
    dropped = given.apply(kinds.DropPenalty())
    assert lines_of(dropped.change)[0].startswith("no penalty on the weights")
    assert isinstance(dropped.apply(kinds.DropPenalty()), Refused)
    clipping = subject(cross_entropy(mlp, classes(), step=clips))
    assert isinstance(clipping.apply(kinds.DropPenalty()), Refused)


@pytest.mark.parametrize(
    ("loss", "lines"),
    [
        (nn.MSELoss(), ("remove the last softmax before nn.MSELoss()",)),
        (
            nn.BCELoss(),
            (
                "loss = nn.BCEWithLogitsLoss()",
                "remove the last softmax before nn.BCEWithLogitsLoss()",
            ),
        ),
    ],
)
def test_softmax_over_one_output_is_taken_away(loss, lines):
    given = subject(
        regression(
            loss=loss,
            target=lambda y: (y - y.min()) / (y.max() - y.min()),
            model=lambda: nn.Sequential(nn.Linear(5, 1), nn.Softmax(dim=1)),
        )
    )
    changed = given.apply(kinds.FitOutputActivation("wrong_output_activation"))
    assert lines_of(changed.change) == lines


def three(*last):
    return net(lambda: nn.Linear(6, 8), nn.ReLU, lambda: nn.Linear(8, 4), *last)


def test_labels_under_a_squared_error_are_labels():
    x, _ = classes()
    rows = x, (x[:, :4] > 0).float()
    given = subject(cross_entropy(three(nn.Sigmoid), rows, loss=nn.MSELoss()))
    assert given.kind == "multilabel"
    fitted = given.apply(kinds.FitLoss())
    assert lines_of(fitted.change) == (
        "loss = nn.BCEWithLogitsLoss()",
        "remove the last sigmoid before nn.BCEWithLogitsLoss()",
    )
    assert fitted.run(0, Part.SEARCH).updates > 0


def test_labels_of_which_one_is_right_in_each_row_are_classes():
    x, y = classes()
    rows = x, nn.functional.one_hot(y, 4).float()
    given = subject(cross_entropy(three(nn.Sigmoid), rows, loss=nn.BCELoss()))
    assert given.kind == "classification"
    fitted = given.apply(kinds.FitLoss())
    assert lines_of(fitted.change)[0] == "loss = nn.CrossEntropyLoss()"
    assert fitted.run(0, Part.SEARCH).updates > 0


@pytest.mark.parametrize(
    ("trained", "held", "judged"),
    [(36, 60, "held-out rows"), (60, 30, "held-out rows"), (40, 5, "training rows")],
)
def test_a_few_validation_rows_count_among_the_others(trained, held, judged):
    x, y = classes()
    rows, more = (x[:trained], y[:trained]), (x[-held:], y[-held:])
    given = subject(cross_entropy(mlp, rows, validation=more))
    assert given.judged_on == judged
    assert len(given.table.fixed) == (held if held == 60 else 0)


@pytest.mark.parametrize("last", [(nn.Sigmoid,), ()], ids=["sigmoid", "logits"])
def test_two_uneven_classes_are_weighted_at_one_output(last):
    x, _ = classes()
    rows = x, (x[:, :1] > 1).float()
    loss = nn.BCELoss() if last else nn.BCEWithLogitsLoss()
    given = subject(cross_entropy(net(lambda: nn.Linear(6, 1), *last), rows, loss=loss))
    balanced = given.apply(kinds.BalanceClasses())
    lines = lines_of(balanced.change)
    assert lines[0].startswith("loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([")
    assert len(lines) == 1 + len(last)
    assert balanced.run(0, Part.SEARCH).updates > 0
    assert isinstance(balanced.apply(kinds.BalanceClasses()), Refused)


def left_in_evaluation(model, loss, optimizer, inputs, targets):
    optimizer.zero_grad()
    lost = loss(model(inputs), targets)
    lost.backward()
    optimizer.step()
    model.eval()
    return lost


def test_a_step_that_leaves_evaluation_mode_behind_is_made_in_training_mode():
    def dropped(setup):
        """Whether the second update drops anything."""
        model = setup.trainable.fresh(0)
        modes = []
        model.model[2].register_forward_pre_hook(lambda module, _: modes.append(module.training))
        model.train(setup.table.dataset, Plan(2))
        return modes[-1]

    given = subject(cross_entropy(mlp, classes(), step=left_in_evaluation))
    mended = given.apply(kinds.TrainMode())
    assert [dropped(given), dropped(mended)] == [False, True]
    assert any("no eval() in it" in line for line in lines_of(mended.change))
    assert isinstance(mended.apply(kinds.TrainMode()), Refused)


def test_dropout_that_forward_computes_is_left_out_where_it_is_asked_for():
    def noisy(one, training):
        """Whether two answers to the same rows differ."""
        model = one.trainable.fresh(0).model.train(training)
        inputs = torch.ones(8, 6)
        return not torch.equal(model(inputs), model(inputs))

    given = subject(cross_entropy(Dropping, classes()))
    quiet, none = given.apply(kinds.NoDropoutInEvaluation()), given.apply(kinds.DropDropout())
    assert [noisy(one, True) for one in (given, quiet, none)] == [True, True, False]
    assert [noisy(one, False) for one in (given, quiet, none)] == [True, False, False]
    by_mode = subject(cross_entropy(lambda: Dropping(told=True), classes()))
    assert isinstance(by_mode.apply(kinds.NoDropoutInEvaluation()), Refused)
    assert not noisy(by_mode.apply(kinds.DropDropout()), True)


def hinge(outputs, targets):
    right = outputs.gather(1, targets[:, None])
    return (1 + outputs - right).clamp(min=0).sum(1).mean()


@pytest.mark.parametrize("loss", [hinge, nn.MultiMarginLoss()])
def test_what_squeezes_the_scores_of_a_loss_of_ones_own_is_tried_without(loss):
    change = kinds.FitOutputActivation("wrong_output_activation")
    changed = subject(cross_entropy(three(lambda: nn.Softmax(1)), classes(), loss=loss))
    line = "remove the last softmax before the loss, if that reads scores"
    assert lines_of(changed.apply(change).change) == (line,)
    assert changed.apply(change).run(0, Part.SEARCH).updates > 0
    as_it_is = subject(cross_entropy(three(), classes(), loss=loss))
    assert isinstance(as_it_is.apply(change), Refused)
