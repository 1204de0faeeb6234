"""ND612 and ND613: directions that layers span, and by how much their weights stretch."""

import numpy as np
import pytest

from nndoctor.checks.layers.rank_collapse import RankCollapse, Ranks
from nndoctor.checks.layers.stretch import StackStretch, Stretch
from nndoctor.checks.measures.singular_values import effective_rank, singular_values
from nndoctor.findings import Status

from ..fakes import THREE, Constant, batch
from ..setups import made


def test_the_effective_rank_of_known_matrices():
    orthogonal = np.linalg.qr(np.random.default_rng(0).standard_normal((50, 6)))[0]
    centred = np.linalg.qr(orthogonal - orthogonal.mean(axis=0))[0]
    assert effective_rank(centred) == pytest.approx(6)
    assert effective_rank(centred * [1, 1, 0, 0, 0, 0]) == pytest.approx(2)
    line = np.arange(50.0)[:, None] * np.ones(4)
    assert effective_rank(line + 3) == pytest.approx(1)
    assert effective_rank(np.full((50, 4), 0.1, np.float32)) == 0
    uneven = np.array([2.0, 1.0, 1.0])
    shares = uneven / uneven.sum()
    expected = np.exp(-(shares * np.log(shares)).sum())
    assert effective_rank(centred[:, :3] * uneven) == pytest.approx(expected)


def test_what_is_not_finite_has_no_rank():
    assert np.isnan(effective_rank(np.array([[1.0, np.inf], [0.0, 1.0]])))
    assert np.isnan(singular_values(np.array([[np.nan, 0.0]]))).all()


@pytest.mark.parametrize(
    ("rank", "units", "status"),
    [
        (4.6, 32, Status.OK),
        (4.4, 32, Status.WARNING),
        (1.6, 3, Status.OK),  # three units can't span nine directions
        (1.4, 3, Status.WARNING),
        (0.0, 32, Status.ERROR),
        (np.nan, 32, Status.ERROR),
    ],
)
def test_nd612_ranks_are_compared_with_the_targets(rank, units, status):
    seen = Ranks((("layer 1", 64, 20.0), ("layer 2", units, rank)), 9.0)
    found = RankCollapse().judge(seen)
    assert found.status is status
    assert found.where.layer == ("layer 2" if found.status is not Status.OK else found.where.layer)


def test_nd612_after_a_climb_the_rate_comes_first():
    seen = Ranks((("layer 1", 64, 0.0),), 9.0)
    assert "smaller learning rate" in RankCollapse().judge(seen, overshot=True).advice
    assert "learning rate" not in RankCollapse().judge(seen).advice


@pytest.mark.parametrize(
    ("ranks", "first"),
    [
        ((9.0, 6.0, 1.0), "too_deep"),
        ((9.0, 1.0), "dead_relu"),  # two layers are no deep stack
        ((1.0, 1.0, 0.5), "dead_relu"),  # the first layer has none before it
    ],
)
def test_nd612_depth_is_blamed_only_where_there_is_any_before_the_collapse(ranks, first):
    seen = Ranks(tuple((f"layer {at}", 64, rank) for at, rank in enumerate(ranks, 1)), 9.0)
    found = RankCollapse().judge(seen)
    assert found.status is Status.WARNING
    assert found.suggests[0] == first
    assert ("fewer layers" in found.advice) == (first == "too_deep")


def test_nd612_two_classes_need_one_direction_only():
    assert RankCollapse().judge(Ranks((("layer 1", 8, 1.0),), 1.0)).status is Status.OK
    assert RankCollapse().judge(Ranks((), 9.0)).status is Status.SKIP


def test_nd612_a_model_that_shows_nothing_is_skipped():
    check = RankCollapse()
    assert check.judge(check.measure(Constant(1.0), THREE, batch())).status is Status.SKIP


def test_nd612_values_are_those_of_the_layers():
    setup = made("gaussian", "[20, 10]", data="classes = 5")
    model, check = setup.trainable.fresh(0), RankCollapse()
    seen = check.measure(model, setup.trainable.task, setup.train)
    rows = setup.train.sample(256)
    values = model.values(rows)
    assert [name for name, _, _ in seen.layers] == ["layer 1", "layer 2"]
    assert seen.layers[0][2] == pytest.approx(effective_rank(values["layer 1"]))
    assert 3 < seen.targets <= 4
    assert check.judge(seen).status is Status.OK


def stack(largest, typical, activation="relu", depth=5):
    return tuple(
        Stretch(f"layer {k}", activation, largest, typical, 0.1) for k in range(1, depth + 1)
    )


@pytest.mark.parametrize(
    ("layers", "status"),
    [
        (stack(0.18, 0.1), Status.OK),  # 0.18^4 = 1.05e-3
        (stack(0.17, 0.1), Status.WARNING),
        (stack(0.7, 0.1, "sigmoid"), Status.WARNING),  # (0.7 / 4)^4 = 9.4e-4
        (stack(0.72, 0.1, "sigmoid"), Status.OK),
        (stack(20, 7.9), Status.OK),  # (7.9 / sqrt 2)^4 = 974
        (stack(20, 8.0), Status.WARNING),
        (stack(20, 8.0, "tanh"), Status.OK),  # it is bounded
        (stack(np.nan, np.nan), Status.WARNING),
        (stack(1e300, 1e300), Status.WARNING),
        (stack(1e-9, 1e-9, depth=2), Status.SKIP),
    ],
)
def test_nd613_products_of_stretch_factors(layers, status):
    assert StackStretch().judge(layers).status is status


def test_nd613_measures_the_weights():
    setup = made("gaussian", "[30, 30, 30]")
    model = setup.trainable.fresh(0)
    seen = StackStretch().measure(model, setup.train)
    for one in seen:
        w = model.weights()[one.layer].astype(np.float64)
        assert one.largest == pytest.approx(np.linalg.norm(w, 2))
        assert one.typical == pytest.approx(np.linalg.norm(w) / np.sqrt(len(w)))
    assert StackStretch().judge(seen).status is Status.OK


@pytest.mark.parametrize("change", ["batch_norm = true", 'activation = "softplus"'])
def test_nd613_where_the_bound_does_not_hold_it_is_not_judged(change):
    setup = made("gaussian", "[30, 30, 30]", model=change)
    seen = StackStretch().measure(setup.trainable.fresh(0), setup.train)
    assert StackStretch().judge(seen).status is Status.SKIP
    hidden = StackStretch().measure(Constant(1.0), setup.train)
    assert StackStretch().judge(hidden).status is Status.SKIP
    shallow = StackStretch().judge((Stretch("layer 1", "relu", 1.0, 1.0, 1.0),))
    assert shallow.message == "a deep stack has 3 hidden layers or more, this network 1"
