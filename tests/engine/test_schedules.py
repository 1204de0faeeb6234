import numpy as np
import pytest

from nndoctor.engine.schedules import SCHEDULES

from ..oracles import schedules as oracle
from .helpers import mlp

CASES = [
    ("constant", {}), ("step", {"factor": 0.5, "every": 10}), ("step", {"factor": 0.9, "every": 1}),
    ("inverse_time", {"decay": 0.01}), ("inverse_time", {"decay": 0.0}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_factors_are_the_oracles(name, settings):
    times = np.arange(100.0)
    right = [oracle.FACTORS[name](t, **settings) for t in times]
    np.testing.assert_allclose(SCHEDULES[name].factor(times, **settings), right, rtol=1e-12)


def test_every_schedule_has_a_case():
    assert {name for name, _ in CASES} == set(SCHEDULES)


def test_rates_continue_where_they_were_left_and_count_epochs_when_told_so():
    step = {"schedule": "step", "schedule_settings": {"factor": 0.1, "every": 2}, "rate": 1.0}
    by_update = mlp([2, 1], **step)
    assert by_update.rates(0, 6, 10, 4) == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])
    assert by_update.rates(3, 2, 10, 4) == pytest.approx([0.1, 0.01])
    by_epoch = mlp([2, 1], **step, schedule_per_epoch=True)  # three updates an epoch
    assert by_epoch.rates(5, 8, 10, 4) == pytest.approx([1] + 6 * [0.1] + [0.01])
