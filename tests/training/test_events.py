"""What is said to have happened in a run, on made records, sick and healthy."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.trace import LOOK, FirstBad
from nndoctor.training import Epoch, Record, happened

NAN = [np.nan]


def record(losses, scores=None, held=None, **more):
    count = len(losses)
    scores = np.linspace(0.1, 0.9, count) if scores is None else scores
    held = NAN * count if held is None else held
    epochs = [
        Epoch(n, 10 * n, 0.1, float(loss), float(score), float(v), np.nan)
        for n, (loss, score, v) in enumerate(zip(losses, scores, held, strict=True))
    ]
    return Record(tuple(epochs), rows=1000, chance=2.3, **more)


def kinds(seen):
    return [event.kind.value for event in happened(seen)]


FALLING = 2.3 * np.exp(-np.arange(60) / 8)


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
def test_nothing_happens_in_a_healthy_run(noise):
    rng = np.random.default_rng(0)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        losses = FALLING * np.exp(noise * rng.normal(size=60))
        held = (FALLING + 0.1) * np.exp(noise / 2 * rng.normal(size=60))
        assert kinds(record(losses, held=held)) == []


def test_a_loss_that_never_falls_is_a_plateau_and_one_that_ends_low_is_none():
    (event,) = happened(record(np.full(30, 2.3), scores=np.full(30, 0.1)))
    assert (event.kind.value, event.numbers["since"]) == ("plateau", 0)
    assert event.epoch == 10
    low = np.concatenate([FALLING, np.full(60, FALLING[-1])])
    assert kinds(record(low)) == []


def test_a_leap_that_unlearns_half_is_a_spike():
    losses = FALLING.copy()
    losses[40] = 1.6
    (event,) = happened(record(losses))
    assert (event.kind.value, event.epoch) == ("spike", 40)
    losses[40] = 0.3
    assert kinds(record(losses)) == []


def test_a_validation_loss_that_climbs_is_overfitting_since_its_lowest():
    held = np.concatenate([FALLING[:20], FALLING[19] + 0.1 * np.arange(1, 41)])
    (event,) = happened(record(FALLING, held=held))
    assert (event.kind.value, event.numbers["since"]) == ("overfitting", 19)
    assert "overfitting since epoch 19" in event.message
    rising = FALLING[::-1]  # the training loss climbs as well: that is another thing
    assert "overfitting" not in kinds(record(rising + 1, held=held))


def test_three_times_the_first_loss_twice_is_an_explosion():
    assert kinds(record([2.0, 7.0, 1.9, 1.8, 1.5, 1.2, 1.0, 0.9])) == []
    assert "exploded" in kinds(record([2.0, 7.0, 8.0, 9.0]))


def test_what_is_not_finite_is_said_with_its_layer():
    seen = replace(record([2.0, np.nan]), first_bad=FirstBad(7, "layer 2"))
    (event,) = happened(seen)
    assert (event.kind.value, event.updates, event.numbers["layer"]) == ("not_finite", 7, "layer 2")


def test_the_first_layer_of_nothing_but_zeros_is_dead():
    looks = np.zeros((6, 3, len(LOOK)))
    looks[3:, 1, LOOK.index("zeros")] = 1
    more = {"layers": ("layer 1", "layer 2", "output"), "looks": looks}
    (event,) = happened(record(FALLING, look_steps=np.arange(6) * 20, **more))
    assert (event.kind.value, event.epoch, event.numbers["layer"]) == ("dead_layer", 8, "layer 2")
    looks[4:, 1] = 0  # one batch alone is no proof
    assert kinds(record(FALLING, look_steps=np.arange(6) * 20, **more)) == []
    looks[:, 2, LOOK.index("zeros")] = 1  # an output may well be nought
    assert kinds(record(FALLING, look_steps=np.arange(6) * 20, **more)) == []


def test_the_puzzle_of_the_lecture_is_explained():
    losses, scores = np.linspace(2.302576, 2.302420, 11), np.linspace(0.1, 0.2, 11)
    (event, *_) = happened(record(losses, scores))
    assert event.kind.value == "score_without_loss"
    assert "(2.3026 to 2.3025)" in event.message
    assert "the learning rate is too low" in event.message
    assert "score_without_loss" not in kinds(record(losses, np.full(11, 0.1)))
    assert "score_without_loss" not in kinds(record(2.3 - 0.01 * np.arange(11), scores))
    assert "score_without_loss" not in kinds(replace(record(losses, scores), shares=False))


def test_what_was_seen_once_is_seen_ever_after():
    held = np.concatenate([FALLING[:20], FALLING[19] + 0.1 * np.arange(1, 41)])
    losses = FALLING.copy()
    losses[30] = 1.9
    losses[-1] = held[-1] = np.nan
    whole = record(losses, held=held)
    every = happened(whole)
    assert "overfitting" in kinds(whole)
    for count in range(1, 61):
        part = happened(replace(whole, epochs=whole.epochs[:count]))
        assert part == tuple(one for one in every if one.epoch < count)
