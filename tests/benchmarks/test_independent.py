"""The bar of healthy set-ups is scikit-learn's alone."""

import independent
import pytest
from sources import source


def test_the_bar_is_the_best_network_and_nothing_else():
    others = dict.fromkeys(independent.NETWORKS, 0.5) | {"linear": 0.9, "boosting": 1.0}
    assert independent.bar(others | {"network": 0.6}) == 0.6
    assert independent.sound(0.57, 0.6)
    assert not independent.sound(0.56, 0.6)


@pytest.mark.parametrize("name", ["clouds", "plane"])
def test_independent_models_learn_what_can_be_learnt(name):
    seen = independent.on_fresh_rows(source(name), source(name))
    assert independent.bar(seen) > 0.95
    assert seen["linear"] > 0.95
    assert set(seen) == {*independent.NETWORKS, "linear", "boosting"}
