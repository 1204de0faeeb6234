"""How `benchmarks/determinism.py` compares two results."""

import math

import determinism
import numpy as np
import pytest
from determinism import SAME, difference


def document(losses, verdict="pass", message="well", seconds=1.0):
    return {
        "verdict": verdict,
        "findings": [{"message": message}],
        "evidence": [{"y": losses}],
        "seconds": seconds,
        "table": {"columns": ["score", "seconds"], "rows": [[1.0, seconds], [0.5, seconds]]},
    }


def test_times_are_no_difference_and_all_else_is():
    one = document([4.0, 0.5])
    assert difference(one, document([4.0, 0.5], seconds=2.0)) == SAME
    assert str(difference(one, document([4.0, 0.5]))) == "="
    off = difference(one, document([4.0, 0.5001], "fail", "ill"))
    assert off.numbers == pytest.approx(0.0001 / 4)  # beside the largest of the curve
    assert (off.words, off.conclusions) == (2, ("pass", "fail"))
    assert str(off) == "2e-05, 2 words, pass / fail"
    assert difference(one, document([4.0])).words == 1


def test_weights_are_compared_bit_by_bit():
    one = {"w": np.array([1.0, 2.0], np.float32)}
    assert difference(one, {"w": one["w"].copy()}) == SAME
    last = np.nextafter(one["w"], np.float32(9))
    assert 0 < difference(one, {"w": last}).numbers < 2e-7
    assert difference(one, {"w": np.array([1.0, np.nan], np.float32)}).numbers == math.inf
    assert difference(one, {"w": one["w"][:1]}).numbers == math.inf


def test_each_way_is_beside_one_before_it():
    names = [way.name for way in determinism.WAYS]
    assert len(set(names)) == len(names)
    for way in determinism.WAYS:
        assert way.beside in names[: names.index(way.name) + 1]
