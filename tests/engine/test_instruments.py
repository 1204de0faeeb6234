"""What a look at the layers records, against the oracle; and that looking changes nothing."""

import numpy as np
import pytest

from nndoctor.adapters.configuration import FLAT
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.trace import LOOK
from nndoctor.trainable import Plan

from ..oracles import instruments as oracle
from ..oracles import network as oracle_network
from .helpers import PRECISIONS, Unit, gradient, mlp, smooth, textbook


@pytest.mark.parametrize("name", [*oracle.STEEPEST, "relu", "softmax", "prelu"])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_a_look_is_the_oracles(name, dtype):
    start = Unit("normal", (0.0, 2.0))  # wide, so that some entries saturate
    setup = mlp([3, 6, 2], name, dtype=np.dtype(dtype), layer={"init": start})
    batch = smooth(40, 3, 2, dtype)
    net = setup.fresh(1)
    before = net.theta.copy()
    weights = setup.layout.weights(before)
    zs = [z for _, _, z, _ in oracle_network.forward(textbook(setup, before), batch.x)]
    by_w = setup.layout.weights(gradient(setup, batch, 1))
    looks = net.train(batch, Plan(1, batch_size=0, look_every=1)).looks
    assert looks.shape == (1, 2, len(LOOK))
    for layer, unit in enumerate((name, "linear")):
        seen = dict(zip(LOOK, looks[0, layer], strict=True))
        right = oracle.look(unit, zs[layer], FLAT)
        assert [seen[key] for key in LOOK[:4]] == pytest.approx(right, rel=1e-5, abs=1e-7)
        assert seen["gradient_norm"] == pytest.approx(oracle.norm(by_w[layer]), rel=1e-4)
        assert seen["weight_norm"] == pytest.approx(oracle.norm(weights[layer]), rel=1e-6)
    if name in oracle.STEEPEST:
        assert 0.05 < looks[0, 0, LOOK.index("saturated")] < 0.95


@pytest.mark.parametrize("weight_norm", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_update_norm_is_what_the_weights_really_moved(optimizer, weight_norm):
    layer, batch = {"weight_norm": weight_norm}, smooth(30, 3, 2)
    setup = mlp([3, 4, 2], optimizer=Unit(optimizer), layer=layer)
    net = setup.fresh(0)
    for _ in range(3):
        before = [w.copy() for w in net.weights().values()]
        look = net.train(batch, Plan(1, look_every=1)).looks[0]
        moved = [oracle.norm(w - b) for w, b in zip(net.weights().values(), before, strict=True)]
        assert look[:, LOOK.index("update_norm")] == pytest.approx(moved, rel=1e-10)


def test_a_value_that_is_not_finite_shows_in_the_look():
    setup, batch = mlp([3, 4, 2], "relu"), smooth(8, 3, 2)
    theta = setup.fresh(0).theta
    theta[0] = 1e200
    net = setup.fresh(0)
    net.theta[:] = theta
    looks = net.train(batch, Plan(1, batch_size=0, look_every=1)).looks
    assert not len(looks)  # the loss overflows, so the update is not made


def test_looking_changes_no_bit():
    batch = smooth(50, 3, 2)
    setup = mlp([3, 5, 2], layer={"dropout": 0.3}, batch_size=7)
    seeing, blind = setup.fresh(2), setup.fresh(2)
    seen = seeing.train(batch, Plan(40, look_every=3))
    unseen = blind.train(batch, Plan(40))
    assert seen.loss.tobytes() == unseen.loss.tobytes()
    assert seeing.theta.tobytes() == blind.theta.tobytes()
    assert len(unseen.looks) == len(unseen.look_steps) == 0


def test_looks_are_made_at_multiples_of_the_interval_from_the_very_first_update():
    batch, setup = smooth(20, 3, 2), mlp([3, 5, 2])
    net, whole = setup.fresh(0), setup.fresh(0)
    first, second = net.train(batch, Plan(8, look_every=5)), net.train(batch, Plan(9, look_every=5))
    once = whole.train(batch, Plan(17, look_every=5))
    assert first.look_steps.tolist() == [0, 5]
    assert second.look_steps.tolist() == [10, 15]
    assert once.look_steps.tolist() == [0, 5, 10, 15]
    np.testing.assert_array_equal(np.concatenate([first.looks, second.looks]), once.looks)


@pytest.mark.parametrize("every", [1, 2, 3, 4])
@pytest.mark.parametrize("begin", range(4))
def test_look_steps_are_right_in_a_run_that_breaks(every, begin):
    batch, net = smooth(20, 3, 2), mlp([3, 5, 2], batch_size=1, shuffle=False).fresh(0)
    net.train(batch, Plan(begin))
    batch.x[7] = np.nan
    trace = net.train(batch, Plan(20, look_every=every))
    assert trace.first_bad is not None
    assert trace.first_bad.step == 7
    assert trace.look_steps.tolist() == [t for t in range(begin, 7) if t % every == 0]
