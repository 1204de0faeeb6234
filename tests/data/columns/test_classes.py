"""Text as classes: one-hot, two levels, truth values, many levels, gaps and marks."""

import numpy as np
import pytest

from nndoctor.data.columns import encode, planning
from nndoctor.data.columns.levels import ONE_HOT_LIMIT

from .helpers import encoded, inputs_of, judged, planned, repeated, table


def test_three_levels_are_one_hot():
    made = encoded({"colour": repeated("red", "blue", "green")})
    assert made.inputs == ("colour=blue", "colour=green", "colour=red")
    assert made.origins == ("colour",) * 3
    assert made.x[:3].tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert made.x.dtype == np.uint8


def test_two_levels_make_one_input():
    assert inputs_of(repeated("male", "female"), "sex") == {"sex=male": repeated(1, 0)}
    assert judged(repeated("male", "female")).reason == "female or male"


@pytest.mark.parametrize("pair", [("Yes", "no"), ("TRUE", "false"), ("t", "f"), ("N", "Y")])
def test_truth_values_are_0_and_1(pair):
    yes = [text.lower()[0] in "yt" and text.lower() != "f" for text in pair]
    assert inputs_of(repeated(*pair)) == {"a": repeated(*map(float, yes))}


def test_truth_values_with_gaps():
    made = inputs_of([None, "?", "NA", *repeated("yes", "no")])["a"]
    assert np.isnan(made[:3]).all()
    assert made[3:5] == [1, 0]


def test_a_missing_text_is_missing_in_each_of_its_inputs():
    made = inputs_of([None, "?", *repeated("u", "v", "w")])
    assert np.isnan([made[name][:2] for name in made]).all()
    assert judged([None, "?", *repeated("u", "v", "w")]).missing == 2


def test_one_hot_stops_at_its_limit_and_the_frequent_remain():
    rare = [f"r{i}{'x' * i}" for i in range(ONE_HOT_LIMIT)]
    cells = [*repeated("u", "v", "w", rows=300), *rare]
    column = judged(cells)
    assert (column.kind, column.levels, column.other) == ("text", ("u", "v", "w"), True)
    assert column.treatment == "the 3 most frequent one-hot, and 'other'"
    made = inputs_of(cells)
    assert made["a=other"][-20:] == [1] * 20
    assert judged([f"k{'x' * (i % 20)}" for i in range(200)]).kind == "class"


def test_text_without_frequent_levels_is_left_out_unless_told():
    cells = [f"{'xyz'[i % 3]}{'abcdefgh'[i % 8] * (i % 7 + 1)}" for i in range(2000)]
    column = judged(cells)
    assert (column.kind, column.role) == ("text", "left out")
    assert column.reason == "168 distinct texts in 2000 rows, none frequent"
    told = judged(cells, kinds={"a": "class"})
    assert (told.role, len(told.levels), told.other) == ("input", 100, True)


def test_spellings_that_differ_by_case_or_blanks_are_joined_and_said():
    made = encoded({"a": ["Male", "male ", "MALE", *repeated("Male", "Female", "other  one", "x")]})
    assert made.inputs == ("a=Female", "a=Male", "a=other  one", "a=x")
    assert made.x[:3, 1].tolist() == [1, 1, 1]
    assert made.notes == (
        "column 'a': 'male', 'MALE' taken for 'Male', as only case or blanks differ",
    )


def test_many_joined_spellings_of_a_column_are_said_in_one_sentence():
    cells = [f"{name}{end}" for name in ("Oak", "Elm", "Ash") for end in ("", " ", "")]
    made = encoded({"a": [*cells, "oak", "ELM", "ash"]})
    (note,) = made.notes
    assert note.startswith("column 'a': ")
    assert note.endswith(", and 2 more likewise, as only case or blanks differ")


def test_single_letters_of_an_alphabet_keep_their_case():
    assert judged(repeated("a", "A", "b", "c")).levels == ("A", "a", "b", "c")
    assert judged(["m", *repeated("M", "F")]).levels == ("F", "M")


@pytest.mark.parametrize(
    ("cells", "levels"),
    [
        (repeated("NA", "Pave"), ("NA", "Pave")),  # half of the cells
        ([*repeated("NA", rows=100), *repeated("Pave", "Grvl", rows=6)], ("Grvl", "NA", "Pave")),
        ([*repeated("NA", rows=5), *repeated("u", "v", rows=45), None], ("NA", "u", "v")),
        ([*repeated("None", rows=20), *repeated("u", "v", rows=45), "NA"], ("None", "u", "v")),
        ([*repeated("NA", rows=5), *repeated("u", "v", rows=45)], ("u", "v")),  # few: gaps
        (["?", *repeated("u", "v", rows=45)], ("u", "v")),
    ],
)
def test_na_is_a_level_where_the_other_cells_say_so(cells, levels):
    assert judged(cells).levels == levels


def test_why_na_is_a_level_is_said_and_new_rows_follow():
    cells = {"z": repeated(1.5, 2.5), "a": repeated("NA", "Pave", "Grvl", "NA")}
    plan = planned(cells)
    assert plan["a"].reason == "3 distinct values; 'NA' is too frequent to be a gap"
    new = encode(table({"z": [1.5, 2.5], "a": ["NA", "?"]}), plan)
    assert new.x[0, 1:].tolist() == [0, 1, 0]
    assert np.isnan(new.x[1, 1:]).all()


def test_unknown_levels_are_none_of_the_known_and_counted():
    plan = planned({"z": repeated(1.5, 2.5), "a": repeated("u", "v", "w")})
    new = encode(table({"z": [1.5, 2.5, 3.5, 4.5], "a": ["q", "V", "q", None]}), plan)
    assert new.x[:3, 1:].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert np.isnan(new.x[3, 1:]).all()
    assert new.notes == (
        "column 'a': 'q' in 2 rows taken for none of the known 'u', 'v', 'w': all their inputs "
        "are 0",
    )


def test_a_third_level_is_as_far_from_either_of_two():
    plan = planned({"z": repeated(1.5, 2.5), "a": repeated("u", "v")})
    new = encode(table({"z": [1.5, 2.5, 3.5, 4.5], "a": ["q", "v", "u", "?"]}), plan)
    np.testing.assert_array_equal(new.x[:, 1], [0.5, 1, 0, np.nan])
    assert new.notes == (
        "column 'a': 'q' in 1 row taken for none of the known 'u', 'v': the input is 0.5",
    )


def test_unknown_levels_of_frequent_text_are_other():
    cells = [*repeated("u", "v", "w", rows=300), *(f"r{'x' * i}" for i in range(20))]
    plan = planned({"z": repeated(1.5, 2.5, rows=320), "a": cells})
    new = encode(table({"z": [1.0, 2.0], "a": ["new", "u"]}), plan)
    assert new.x[:, 1:].tolist() == [[0, 0, 0, 1], [1, 0, 0, 0]]


def test_a_constant_number_stays_an_input_and_is_said():
    pixel = judged([3] * 40)
    assert (pixel.kind, pixel.role, pixel.reason) == ("constant", "input", "always '3'")


def test_constant_texts_and_hollow_columns_are_left_out_and_said():
    gaps = judged(["u"] * 30 + [None] * 10)
    assert (gaps.kind, gaps.role) == ("constant", "left out")
    assert gaps.reason == (
        "always 'u' where it is not missing (10 gaps); --set data.columns.a=class tells both apart"
    )
    assert judged(["u"] * 30 + [None] * 4).reason == "always 'u' where it is not missing (4 gaps)"
    hollow = judged([1.0, 2.0] + [np.nan] * 38)
    assert (hollow.role, hollow.reason) == ("left out", "38 of 40 values are missing")
    assert judged([None] * 40).reason == "all 40 values are missing"


@pytest.mark.parametrize("mark", ["x", "X", "✓"])
def test_a_tick_or_none_is_a_yes_or_no(mark):
    ticked = judged([mark] * 10 + [None] * 30)
    assert (ticked.kind, ticked.role) == ("class", "input")
    assert ticked.reason == f"ticked by {mark!r}, or not"
    cells = repeated(mark, None, rows=40)
    columns = {"z": repeated(1.5, 2.5, rows=40), "a": cells}
    made = encode(table(columns), planned(columns))
    assert np.array_equal(np.nan_to_num(made.x[:, 1]), [cell == mark for cell in cells])
    few = judged([mark] * 2 + [None] * 8)
    assert (few.kind, few.role) == ("constant", "left out")


def test_one_hot_never_fills_the_memory(monkeypatch):
    monkeypatch.setattr(planning, "ONE_HOT_LEAST", 12)
    monkeypatch.setattr(planning, "ONE_HOT_CELLS", 1)
    cells = [f"k{'x' * (i % 10)}" for i in range(200)]
    plan = planned({"a": cells, "b": cells, "c": repeated("u", "v", "w", rows=200)})
    assert sum(len(column.inputs) for column in plan.columns) <= 12
    assert plan["c"].levels == ("u", "v", "w")
    assert "fewer inputs, as one-hot would fill the memory" in plan["a"].reason
    made = encode(table({"a": cells, "b": cells, "c": repeated("u", "v", "w", rows=200)}), plan)
    assert made.x.shape == (200, len(made.inputs))
