"""Models of many kinds go through the commands of recipes."""

import functools

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import nndoctor as nd  # noqa: E402
from nndoctor.errors import NNDoctorError  # noqa: E402
from nndoctor.findings import Status  # noqa: E402
from nndoctor.trainable import Plan  # noqa: E402

from .setups import HEALTHY, adam, classes, cross_entropy, mlp  # noqa: E402


def told(report):
    return {finding.code: finding for finding in report.findings}


@pytest.mark.parametrize("name", HEALTHY)
def test_the_first_loss_is_that_of_chance(name):
    found = told(nd.check_loss(HEALTHY[name]()))
    assert found["ND301"].status in (Status.OK, Status.NOTE)
    assert found["ND302"].status is Status.SKIP


@pytest.mark.parametrize("name", HEALTHY)
def test_layers_gradients_and_one_run_are_seen(name):
    setup = HEALTHY[name]()
    layers = told(nd.activations_report(setup))
    assert layers["ND311"].status.severity < Status.WARNING.severity
    checked = told(nd.grad_check(setup, rows=5, samples=2, after=0))["ND312"]
    assert checked.status is Status.OK
    course = told(nd.updates_report(setup, updates=8))
    assert course["ND607"].status is Status.OK
    assert course["ND611"].status is Status.OK
    assert course["ND503"].status is not Status.SKIP


def test_few_rows_are_learnt_and_a_rate_is_found():
    setup = HEALTHY["mlp"]()
    assert told(nd.overfit_tiny(setup, rate=1.0))["ND401"].status is Status.OK
    swept = told(nd.lr_sweep(setup, count=4, low=1e-4, high=1e-1, updates=30))["ND501"]
    assert 1e-3 < swept.measured <= 1e-1


def test_a_whole_run_learns_and_validates():
    x, y = classes()
    setup = cross_entropy(mlp, (x[:64], y[:64]), validation=(x[64:], y[64:]), epochs=12)
    report = nd.train(setup)
    assert told(report)["ND405"].status is Status.OK
    assert report.exit_code() == 0


def test_one_seed_gives_one_course_and_training_is_that_of_a_plain_loop():
    x, y = classes()
    x, y = x[:90], y[:90]  # the last batch of a pass has what is left
    setup = cross_entropy(lambda: nn.Linear(6, 4), (x, y), shuffle=False)
    torch.manual_seed(3)
    by_hand = nn.Linear(6, 4)
    optimizer = adam(by_hand.parameters())
    rows = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=16)
    losses = []
    for inputs, targets in (*rows, *rows):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(by_hand(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    traces = [setup.trainable.fresh(3).train(setup.train, Plan(12)) for _ in range(2)]
    assert traces[0].loss.tolist() == traces[1].loss.tolist() == losses


def test_a_lone_row_is_left_out_where_a_batch_norm_would_refuse_it():
    x, y = classes()
    setup = cross_entropy(Careful, (x[:33], y[:33]))
    assert setup.trainable.fresh(0).train(setup.train, Plan(6)).first_bad is None
    plain = cross_entropy(lambda: nn.Linear(6, 4), (x[:33], y[:33])).trainable.fresh(0)
    plain.train(setup.train, Plan(3))
    assert plain.position == 0  # it has seen all of them


def test_numbers_between_0_and_1_are_no_labels_to_a_binary_cross_entropy():
    x, _ = classes()
    share = torch.sigmoid(x)

    def made(rows):
        return cross_entropy(
            lambda: nn.Sequential(nn.Linear(6, 6), nn.Sigmoid()), (x, rows), loss=nn.BCELoss()
        ).trainable.task.kind

    assert made(share) == "regression"
    assert made((share > 0.5).float()) == "multilabel"


@pytest.mark.parametrize("kind", ["dataset", "loader", "dicts"])
def test_rows_come_from_data_sets_and_loaders_in_their_order(kind):
    x, y = classes()
    rows = torch.utils.data.TensorDataset(x, y)
    source = {
        "dataset": rows,
        "loader": torch.utils.data.DataLoader(rows, batch_size=8, shuffle=True),
        "dicts": [{"input": a, "labels": b} for a, b in rows],
    }[kind]
    setup = nd.torch.Setup(model=mlp, loss=nn.CrossEntropyLoss(), optimizer=adam, train=source)
    assert np.array_equal(setup.train.x, x.numpy())
    assert np.array_equal(setup.train.y[:, 0], y.numpy())
    assert setup.trainable.batch_size == (8 if kind == "loader" else 32)


def test_a_weight_that_layers_share_is_learnt_once():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.head = nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 4)
            self.second.weight = self.first.weight

        def forward(self, x):
            return self.head(torch.relu(self.second(torch.relu(self.first(x)))))

    setup = cross_entropy(Tied, classes())
    assert told(nd.grad_check(setup, rows=5, samples=2, after=0))["ND312"].status is Status.OK
    assert nd.updates_report(setup, updates=3).exit_code() == 0


def test_a_loss_of_ones_own_is_not_held_against_a_chance_nobody_knows():
    setup = cross_entropy(
        lambda: nn.Linear(6, 4),
        classes(),
        loss=lambda out, y: nn.functional.multi_margin_loss(out, y),
    )
    assert told(nd.check_loss(setup))["ND301"].status is Status.SKIP
    assert nd.updates_report(setup, updates=3).exit_code() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train": (torch.zeros(0, 6), torch.zeros(0))}, "no rows"),
        ({"train": (torch.zeros(3, 6), torch.zeros(2))}, "2 and 3 rows"),
        ({"train": torch.zeros(3, 6)}, "Tensor"),
        ({"train": torch.utils.data.TensorDataset(torch.zeros(0, 6), torch.zeros(0))}, "no rows"),
        ({"train": (torch.zeros(8, 5), torch.zeros(8).long())}, r"Linear 0.*\[8, 5\]"),
        ({"train": (torch.zeros(8, 6), torch.full((8,), 9))}, "loss raises"),
        ({"model": 3}, "int"),
        ({"optimizer": 0.1}, "float"),
        ({"optimizer": lambda parameters: None}, "NoneType"),
        ({"epochs": 0}, "epochs = 0"),
    ],
)
def test_what_does_not_fit_is_said(change, message):
    usual = {"model": mlp, "loss": nn.CrossEntropyLoss(), "optimizer": adam, "train": classes()}
    with pytest.raises(NNDoctorError, match=message):
        nd.torch.Setup(**(usual | change))


class Careful(nn.Module):
    """Draws masks, and keeps averages of what it has seen."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5))
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.body(x))


@pytest.mark.parametrize("forgets", [False, True], ids=["training", "stays in evaluation"])
def test_looking_and_scoring_leave_a_run_by_the_users_step_as_it_is(forgets):
    def step(model, loss, optimizer, inputs, targets):
        optimizer.zero_grad()
        lost = loss(model(inputs), targets)
        lost.backward()
        optimizer.step()
        if forgets:
            model.eval()
        return lost

    setup = cross_entropy(Careful, classes(), step=step)
    plans = Plan(8), Plan(8, look_every=1), Plan(8, scored=True)
    models = [setup.trainable.fresh(3) for _ in plans]
    losses = [m.train(setup.train, p).loss.tolist() for m, p in zip(models, plans, strict=True)]
    assert losses[0] == losses[1] == losses[2]
    averages = [m.model.body[1].running_mean.tolist() for m in models]
    assert averages[0] == averages[1] == averages[2]


def test_a_last_chunk_of_one_row_is_no_batch_of_its_own():
    x = torch.randn(1001, 6, generator=torch.Generator().manual_seed(0))
    setup = cross_entropy(Careful, (x, (x[:, 0] > 0).long()))
    assert np.isfinite(setup.trainable.fresh(0).loss(setup.train))


@pytest.mark.parametrize(
    ("loss", "mean"),
    [
        (nn.MSELoss(reduction="sum"), nn.MSELoss()),
        (nn.L1Loss(reduction="sum"), nn.L1Loss()),
        (functools.partial(nn.functional.mse_loss, reduction="sum"), nn.MSELoss()),
        (nn.MultiLabelSoftMarginLoss(reduction="sum"), nn.MultiLabelSoftMarginLoss()),
    ],
)
def test_a_loss_that_adds_up_has_one_mean(loss, mean):
    x = torch.randn(32, 6, generator=torch.Generator().manual_seed(0))
    rows = x, (x[:, :4] > 0).float()
    setup = cross_entropy(mlp_without_dropout, rows, loss=loss)
    assert setup.trainable.task.reduction == "sum"
    model = setup.trainable.fresh(0)
    before = model.loss(setup.train)
    assert model.train(setup.train, Plan(1, batch_size=0)).loss[0] == pytest.approx(before)
    same = cross_entropy(mlp_without_dropout, rows, loss=mean)
    assert same.trainable.fresh(0).loss(same.train) == pytest.approx(before)


def mlp_without_dropout():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 4))
