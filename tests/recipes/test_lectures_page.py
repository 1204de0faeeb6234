"""docs/lectures.md: the slope that cancels, rates of layers, rising momentum, rprop."""

import re
from pathlib import Path

import numpy as np
import pytest

import nndoctor
from nndoctor.cli.panels import NAMES
from nndoctor.engine.applying import stepper
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.errors import RecipeError
from nndoctor.trainable import Plan

ROOT = Path(__file__).resolve().parents[2]
SLOPE = ROOT / "recipes" / "lecture-slope-entropy.toml"


def trained(name, updates=30, **given):
    setup = nndoctor.load_setup(ROOT / "recipes" / f"{name}.toml", **given)
    net = setup.trainable.fresh(0)
    start = net.theta.copy()
    net.train(setup.train, Plan(updates))
    return setup, net, start


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_cross_entropy_leaves_a_saturated_start_sooner_than_squared_error(seed):
    right = []
    for name in ("squared", "entropy"):
        setup, net, _ = trained(f"lecture-slope-{name}", seed=seed)
        middle = 0.5 if name == "squared" else 0.0
        said = net.outputs(setup.train)[:, 0] > middle
        right.append(np.mean(said == (setup.train.y[:, 0] > 0.5)))
    assert right[0] < 0.5 < 0.8 < right[1]


def test_a_layer_with_a_rate_of_nothing_stays_as_it_was_drawn(tmp_path):
    frozen = tmp_path / "frozen.toml"
    text = SLOPE.read_text().replace('"tanh"', '"tanh"\nrate_scale = 0')
    frozen.write_text(text.replace("../sample_data", str(ROOT / "sample_data")))
    setup = nndoctor.load_setup(frozen)
    net = setup.trainable.fresh(0)
    first, last = (one.copy() for one in net.weights().values())
    net.train(setup.train, Plan(5))
    assert np.array_equal(net.weights()["layer 1"], first)
    assert not np.array_equal(net.weights()["output"], last)
    with pytest.raises(RecipeError, match="rate_scale with optimizer lbfgs"):
        nndoctor.load_setup(frozen, set=["optimizer.name=lbfgs"])


def test_momentum_rises_to_the_same_bits_however_the_run_is_cut():
    rising = ["optimizer.name=momentum", "optimizer.momentum=0.99", "optimizer.momentum_rise=20"]
    _, once, _ = trained(SLOPE.stem, set=rising)
    setup, cut, _ = trained(SLOPE.stem, updates=7, set=rising)
    cut.train(setup.train, Plan(23))
    assert np.array_equal(once.theta, cut.theta)
    _, flat, _ = trained(SLOPE.stem, set=rising[:2])
    assert not np.array_equal(once.theta, flat.theta)


@pytest.mark.parametrize(("name", "column"), [("adagrad", 1), ("rmsprop", 2)])
def test_steps_for_a_steady_gradient_are_those_on_the_page(name, column):
    page = (ROOT / "docs" / "lectures.md").read_text(encoding="utf-8")
    lines = page.partition("## AdaGrad's steps die out")[2].partition("##")[0].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if re.match(r"\| \d", line)]
    shown = {int(row[0]): row[column] for row in rows}
    step = stepper(OPTIMIZERS[name], 1, 0.01)
    made = [float(step(np.ones(1), np.zeros(1))[0]) for _ in range(max(shown))]
    assert shown == {at: f"{made[at - 1]:.5f}" for at in shown}
    assert len(shown) == 5


def test_rprop_takes_all_rows_at_once_and_no_schedule():
    setup, net, start = trained(SLOPE.stem, updates=1, set=["optimizer.name=rprop"])
    assert setup.epoch_updates == 1
    assert np.abs(net.theta - start) == pytest.approx(0.1, rel=1e-3)
    with pytest.raises(RecipeError, match="a schedule with optimizer rprop"):
        nndoctor.load_setup(SLOPE, set=["optimizer.name=rprop", "schedule.name=cosine"])


def test_grad_check_shows_one_order_and_two():
    report = nndoctor.grad_check(nndoctor.load_setup(SLOPE), samples=4, after=0)
    steps = report.findings[0].evidence[1]
    (h, one, two), (_, finer, twice), *_ = steps.rows
    assert h == 1e-2
    assert one / finer == pytest.approx(10, rel=0.1)
    assert two / twice == pytest.approx(100, rel=0.1)
    assert "over all at once" in report.findings[0].message


def test_every_command_on_the_page_is_there():
    page = (ROOT / "docs" / "lectures.md").read_text(encoding="utf-8")
    known = set(NAMES)
    assert set(re.findall(r"nndoctor ([a-z-]+)", page)) <= known
    for recipe in re.findall(r"recipes/[a-z/-]+\.toml", page):
        assert (ROOT / recipe).is_file()
