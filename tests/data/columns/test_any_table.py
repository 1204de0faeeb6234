"""Whatever stands in the cells: a plan and numbers that fit it, or a mistake with a hint."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from nndoctor.data.columns import Plan, Said, encode, plan_columns, propose_target
from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError, Mistake

TEXTS = st.sampled_from(
    ["", "?", "NA", "None", "-", "yes", "No", "t", "a", "A", "b ", "1", "2", "3+", "1,5", "1.500",
     "$7", "(5%)", "5 kg", "2020-01-01", "1/2/2011", "13/2/2011", "12:30", "Jan 5, 2012", "1e400",
     "inf", "nan", "+", "€", "C001", "x" * 60, "2020-13-45", "ä", "1.2.3", "0x1F", "٣"]
)  # fmt: skip
CELLS = st.one_of(
    st.none(), TEXTS, st.integers(-5, 5), st.floats(), st.booleans(), st.text(max_size=5)
)


@st.composite
def columns(draw: st.DrawFn, rows: int) -> list[object]:
    """Cells of one kind, or of some kinds, or a few repeated."""
    cells = draw(
        st.sampled_from([TEXTS, st.integers(), st.floats(), st.booleans(), CELLS, st.none()])
    )
    few = draw(st.lists(cells, min_size=1, max_size=rows))
    return [few[i % len(few)] for i in range(rows)]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows = draw(st.sampled_from([1, 2, 7, 45]))
    names = draw(st.lists(st.sampled_from(["id", "a", "b=1", "x y", "-1", "c3", ""]), unique=True))
    return Table(pd.DataFrame({name: draw(columns(rows)) for name in [*names, "y"]}), "t.csv")


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(["", "number", "class", "date", "text", "identifier"]))
def test_any_cells_are_planned_and_encoded_or_refused_with_a_hint(made, told):
    propose_target(made)
    first = str(made.frame.columns[0])
    kinds = {first: told} if told and first != "y" else {}
    plan, mistakes = _planned(made, Said(targets=("y",), kinds=kinds))
    assert all(mistake.problem and mistake.hint for mistake in mistakes)
    if plan is None:
        return
    result = encode(made, plan)
    assert result.x.shape == (len(made), len(result.inputs)) == (len(made), len(result.origins))
    assert result.x.dtype != object
    assert len(set(result.inputs)) == len(result.inputs)
    assert result.y.shape == (len(made), 1)
    assert [column.name for column in plan.columns] == list(made.frame.columns)
    assert all(column.reason and column.treatment for column in plan.columns)
    again = encode(made, Plan.model_validate_json(plan.model_dump_json()))
    np.testing.assert_array_equal(again.x, result.x)
    for column in plan.columns:
        if len(column.inputs) == 1 and column.kind in ("number", "code"):
            gaps = np.isnan(result.x[:, result.inputs.index(column.inputs[0])].astype(float))
            assert gaps.sum() == column.missing


def _planned(made: Table, said: Said) -> tuple[Plan | None, tuple[Mistake, ...]]:
    try:
        return plan_columns(made, said), ()
    except DataError as error:
        return None, error.mistakes
