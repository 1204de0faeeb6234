import numpy as np
import pytest

from nndoctor.engine.network import drop
from nndoctor.engine.random import seeded
from nndoctor.trainable import Plan

from .helpers import PRECISIONS, mlp, smooth


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_share_is_zeroed_and_the_rest_scaled_up_so_that_the_mean_stays(dtype, share):
    values, mask = np.full((400, 250), 3, dtype), np.empty((400, 250), dtype)
    drop(values, mask, dtype(share), seeded(5))
    kept = mask > 0
    error = 5 * np.sqrt(share * (1 - share) / mask.size)
    assert abs((~kept).mean() - share) < error
    assert mask[kept] == pytest.approx(1 / (1 - share), rel=1e-6)
    np.testing.assert_array_equal(values, 3 * mask)
    assert abs((~kept).mean(axis=0) - share).max() < 5 * np.sqrt(share * (1 - share) / 400)


def test_nan_and_infinity_outlive_it():
    for bad in (np.nan, np.inf):
        values = np.full((10, 10), bad)
        drop(values, np.empty((10, 10)), 0.5, seeded(1))
        assert not np.isfinite(values).any()


def test_same_seed_same_bits_and_evaluation_is_free_of_noise():
    batch = smooth(40, 3, 2)
    noisy, plain = mlp([3, 6, 2], layer={"dropout": 0.5}), mlp([3, 6, 2])
    first, again, other = (noisy.fresh(seed) for seed in (1, 1, 2))
    assert first.loss(batch) == plain.fresh(1).loss(batch)
    np.testing.assert_array_equal(first.outputs(batch), plain.fresh(1).outputs(batch))
    losses = [net.train(batch, Plan(20)).loss for net in (first, again, other)]
    assert losses[0].tobytes() == losses[1].tobytes() != losses[2].tobytes()
    assert len({first.loss(batch) for _ in range(3)}) == 1


def test_the_mean_over_many_masks_is_the_loss_of_a_linear_readout_plus_its_variance():
    """For a linear network under MSE dropout adds p/(1-p) sum_j (h_j w_j)^2 to each output."""
    share, batch = 0.3, smooth(5, 3, 2)
    setup = mlp([3, 4, 2], "linear", layer={"dropout": share})
    net = setup.fresh(0)
    w, bias = setup.layout.weights(net.theta), setup.layout.bias(net.theta)
    hidden = batch.x @ w[0] + bias[0]
    added = share / (1 - share) * (hidden**2 @ w[1] ** 2).mean()
    seen = net.train(batch, Plan(20000, batch_size=0, rate=0.0)).loss
    assert seen.mean() == pytest.approx(net.loss(batch) + added, abs=5 * seen.std() / 20000**0.5)
