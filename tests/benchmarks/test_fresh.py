"""Fresh rows follow a change of units, and the truth of a recipe is what it scores on them."""

from dataclasses import replace

import numpy as np
import pytest
from cases import Writer
from fresh import fresh_scores, gain, in_units_of
from laws import law
from plants import by_target, scaled_by
from setups import BASES, changed

RNG = np.random.default_rng


def test_units_are_followed_and_rows_are_not():
    plane = law("plane", RNG(0))
    before, rows = plane.table(200, RNG(1)), plane.table(50, RNG(2))
    _, after = scaled_by(100, 1000)({}, before, RNG(3))
    told = in_units_of(after, before, rows)
    spread = before.x.std(axis=0)
    np.testing.assert_allclose(
        told.x, (rows.x - before.x.mean(axis=0)) / spread * 100 + 1000, rtol=1e-9
    )
    assert told.y is rows.y
    other = replace(before, y=before.y * 1e5 - 7)
    np.testing.assert_allclose(in_units_of(other, before, rows).y, rows.y * 1e5 - 7, rtol=1e-9)
    for after in (before.rows(by_target(before, RNG(0))), before.rows(np.arange(60))):
        told = in_units_of(after, before, rows)
        assert told.x is rows.x
        assert told.y is rows.y


@pytest.mark.parametrize("factor", [1, 1e4])
def test_a_recipe_is_as_good_as_its_law_lets_it(tmp_path, factor):
    plane = law("plane", RNG(0))
    table, rows = plane.table(400, RNG(1)), plane.table(5000, RNG(2))
    table, rows = (replace(one, y=one.y * factor) for one in (table, rows))
    sound = changed(BASES["diabetes"], {"data.validation": 0.2})
    well = Writer(tmp_path).recipe(sound, table)
    ill = Writer(tmp_path).recipe(changed(sound, {"optimizer.learning_rate": 1e-6}), table)
    high, low = (fresh_scores(text, tmp_path / "data", rows, (1, 2)) for text in (well, ill))
    best = 1 / 1.1  # of the variance the rest is noise
    assert best - 0.1 < min(high) <= max(high) < best + 0.02
    assert max(low) < 0.1
    assert gain(high, low) == pytest.approx(np.mean(high) - np.mean(low))
    assert fresh_scores("[data]", tmp_path, rows, (1, 2)) == (0.0, 0.0)
