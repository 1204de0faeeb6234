"""Work on all processors: in order, few items ahead, and errors as they are."""

import numpy as np
import pytest

from nndoctor.data import read, taken, threads
from nndoctor.data.columns import encoding


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(threads, "processors", lambda: 2)


def test_answers_come_in_the_order_of_the_items():
    assert [*threads.in_order(lambda n: n * n, range(100))] == [n * n for n in range(100)]
    assert [*threads.in_order(lambda n: n, [])] == []


def test_few_items_are_taken_before_they_are_needed():
    begun = []
    items = (begun.append(n) or n for n in range(100))
    assert next(threads.in_order(lambda n: n, items)) == 0
    assert len(begun) < 5


def test_an_error_is_raised_where_its_answer_would_be():
    found = threads.in_order(lambda n: 1 / n, [1, 2, 0, 4])
    assert [next(found), next(found)] == [1, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(found)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("index", [np.array([3, 1, 1]), np.arange(7) % 2 == 0, slice(2, 5)])
def test_rows_are_taken_as_they_lie_in_memory(order, index):
    x = np.asarray(np.arange(21.0).reshape(7, 3), order=order)
    found = taken(x, index)
    assert np.array_equal(found, x[index])
    assert taken(x, index, by_row=True).tolist() == x[index].tolist()
    if not isinstance(index, slice):
        assert found.flags.f_contiguous == (order == "F")


def test_a_large_table_lies_column_by_column_and_holds_the_same(tmp_path, monkeypatch):
    lines = [f"{i / 8},{'abc'[i % 3]},{i % 5 == 0},{i % 2}\n" for i in range(60)]
    path = tmp_path / "t.csv"
    path.write_text("n,c,b,y\n" + "".join(lines) + ",,,1\n", encoding="utf-8")
    small = read(path, "y")
    monkeypatch.setattr(encoding, "LARGE", 10)
    large = read(path, "y")
    assert small.x.flags.c_contiguous
    assert large.x.flags.f_contiguous
    assert np.array_equal(small.x, large.x, equal_nan=True)
