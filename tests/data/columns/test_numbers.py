"""Numbers in text: read alike, told how, refused where some are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.data.columns import Said, encode, plan_columns

from ..helpers import refused
from .helpers import ROWS, encoded, inputs_of, judged, planned, repeated, table


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (("1,5", "2,25"), (1.5, 2.25)),
        (("1.234,50", "12"), (1234.5, 12)),
        (("1,234.50", "12"), (1234.5, 12)),
        (("1 234,5", "7"), (1234.5, 7)),
        (("1\u202f234", "7"), (1234, 7)),
        (("1'234.5", "7"), (1234.5, 7)),
        (("12,00,000", "1,000"), (1200000, 1000)),
        (("$1,500.00", "-$3"), (1500, -3)),
        (("€ 5", "£6"), (5, 6)),
        (("CHF 1'234.50", "CHF 7"), (1234.5, 7)),
        (("EUR 5", "-EUR 3,5"), (5, -3.5)),
        (("Rs. 12,00,000", "Rs 500"), (1200000, 500)),
        (("R$ 5", "US$6"), (5, 6)),
        (("5%", "10 %"), (5, 10)),
        (("5 km/h", "7.5 km/h"), (5, 7.5)),
        (("($20)", "(3)"), (-20, -3)),
        (("+5", "\u22127"), (5, -7)),
        (("0,500", "1,500"), (0.5, 1.5)),
        (("1.500", "12.000.000"), (1500, 12000000)),
        (("1e3", "2"), (1000, 2)),
    ],
)
def test_numbers_as_people_write_them(texts, numbers):
    assert inputs_of(repeated(*texts)) == {"a": repeated(*map(float, numbers))}


@pytest.mark.parametrize(
    "texts",
    [
        ("A11", "A12"),
        ("10-20", "20-30"),
        ("1.2.3", "1.2.4"),
        ("rs11", "rs12"),
        ("EURO 1", "EURO 2"),
    ],
)
def test_codes_ranges_and_versions_are_no_numbers(texts):
    assert judged(repeated(*texts)).kind == "class"


def test_what_a_comma_means_is_decided_over_the_column_and_said_if_it_stays_open():
    open_ = encoded({"a": repeated("1,500", "2,500")})
    assert open_.x[0] == 1500
    assert open_.notes == ("column 'a': '1,500' is read as 1500, it could mean 1.5 as well",)
    assert encoded({"a": repeated("1,500", "2,5")}).notes == ()
    for exponents in (("3.205e+07", "6.757e+04"), ("3,205E7", "6,757E4")):
        assert encoded({"a": repeated(*exponents)}).x[:2, 0].tolist() == [3.205e7, 6.757e4]
        assert encoded({"a": repeated(*exponents)}).notes == ()


@pytest.mark.parametrize(
    "mark", ["k.A.", "k. A.", "K.A.", "s/o", "n.d.", "ND", "s.d.", "Unknown", "missing"]
)
def test_words_for_no_answer_are_missing_beside_numbers_alone(mark):
    column = judged(repeated("1", "2", "3", "4", "2,5", mark))
    assert (column.kind, column.missing) == ("number", repeated(*"123456").count("6"))
    made = encoded({"a": repeated("1.5", mark, "2.5")})
    assert np.isnan(made.x[:3, 0]).tolist() == [False, True, False]
    grades = planned({"a": repeated("1", "2", mark)}, kinds={"a": "class"})
    assert grades["a"].levels == ("1", "2")
    made = encode(table({"a": ["2", mark]}), grades)
    assert np.isnan(made.x[:, 0]).tolist() == [False, True]
    labels = encoded(
        {"a": repeated("1", "2", mark), "b": repeated(*range(40))},
        targets=("a",),
        kinds={"a": "class"},
    )
    assert labels.y[:3, 0].tolist() == ["1", "2", None]
    assert mark in judged(repeated("red", "blue", mark)).levels


def test_of_a_column_left_out_as_text_it_is_told_that_most_of_it_are_numbers():
    """Below the limit of detection no laboratory gives a number."""
    cells = [f"{i * 7 % 50}.{i}" for i in range(80)] + ["<0.1"] * 20
    column = judged(cells)
    assert column.role == "left out"
    assert column.reason.endswith(
        "80% of its cells are numbers: --set data.columns.a=number takes the others as missing"
    )
    assert judged(cells, kinds={"a": "number"}).missing == 20
    assert "numbers" not in judged([f"{'<' * (i % 2)}{i} of {i}" for i in range(80)]).reason


def test_the_way_of_writing_is_told():
    assert judged(repeated("CHF 1.5", "CHF 2")).treatment == "as a number (without 'CHF')"
    assert judged(repeated("1,5", "2,5")).treatment == "as a number (decimal comma)"
    assert judged(repeated("$1,500.5", "$2")).treatment == (
        "as a number (commas between thousands, without '$')"
    )


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=30, unique=True))
def test_a_decimal_comma_loses_nothing(values):
    """Whatever the numbers: text with points replaced by commas reads as the numbers themselves."""
    texts = [f"{value:.4f}".replace(".", ",") for value in values]
    made = inputs_of([*texts, "0,12345"], kinds={"a": "number"})["a"]
    assert made[:-1] == pytest.approx([round(value, 4) for value in values])


@pytest.mark.parametrize("odd", [["7a"], ["88a", "88b"]])
def test_numbers_with_a_letter_beside_their_like_are_names(odd):
    cells = [str(i % 31) for i in range(100)] + odd
    assert judged(cells, "family").kind == "text"


@pytest.mark.parametrize("odd", [["88a"], ["88a", "7b"], ["7a", "7.5"], ["88k", "99k"]])
def test_a_number_with_a_letter_alone_is_a_slip(odd):
    cells = [str(i % 31) for i in range(100)] + odd
    (first,) = refused(lambda: judged(cells, "family"))
    assert "where numbers belong" in first.problem


def test_a_few_texts_among_numbers_are_refused_with_two_ways_on():
    cells = [str(i * 7 % 31) for i in range(ROWS)]
    cells[18], cells[30] = "oops", "oh"
    made = table({"b": cells, "hp": cells}, line_of=lambda row: row + 2)
    first, second = refused(lambda: plan_columns(made, Said(targets=("y",))))
    assert first.problem == (
        "column 'b' has text where numbers belong: 'oops' in row 19 (line 21), "
        "and 1 more such cells"
    )
    assert "--set data.columns.hp=number takes such cells as missing" in second.hint
    assert "--set data.columns.hp=class takes the column as text" in second.hint


def test_told_to_be_a_number_it_is_missing_where_it_is_none_and_counted():
    cells = [str(i * 7 % 31) for i in range(ROWS)]
    cells[18] = "oops"
    made = encoded({"hp": cells}, kinds={"hp": "number"})
    assert np.flatnonzero(np.isnan(made.x[:, 0])).tolist() == [18]
    assert made.notes == ("column 'hp': 1 cell such as 'oops' taken for missing",)
    assert planned({"hp": cells}, kinds={"hp": "number"})["hp"].missing == 1


def test_told_to_be_a_class_it_is_text():
    cells = [*repeated("1", "2", "3", rows=38), "oops", "oops"]
    assert judged(cells, kinds={"a": "class"}).levels == ("1", "2", "3", "oops")


def test_a_level_among_numbers_is_no_slip():
    """Numbers of dependants are written 0, 1, 2 and 3+ in a well-known table of loans."""
    column = judged([*repeated("0", "1", "2", rows=180), *repeated("3+", rows=8)])
    assert (column.kind, column.levels) == ("class", ("0", "1", "2", "3+"))


@pytest.mark.parametrize("mark", ["?", "NA", "N/A", "-", ".", "NULL", "none", "", None])
def test_marks_of_missing_values_are_missing_among_numbers(mark):
    made = inputs_of([mark, *repeated("1,5", "2,5")])["a"]
    assert np.isnan(made[0])
    assert made[1] == 1.5


def test_names_with_blanks_are_quoted_in_the_commands():
    cells = [str(i * 7 % 31) for i in range(ROWS)]
    cells[3] = "oops"
    (mistake,) = refused(lambda: planned({"my hp": cells}))
    assert "--set 'data.columns.\"my hp\"=number'" in mistake.hint


def test_new_rows_are_read_as_the_first_file_was():
    plan = planned({"a": repeated("1.234,5", "2,5")})
    assert encode(table({"a": ["1.500", "7,0"]}), plan).x.ravel().tolist() == [1500, 7]


def test_points_between_thousands_that_were_read_as_decimals_are_refused():
    plan = planned({"a": repeated("1.234,5", "2,5")})
    (mistake,) = refused(lambda: encode(table({"a": [1.5, 2.25]}), plan))
    assert "'a' has decimal points, such as in 1.5" in mistake.problem


def test_an_amount_of_euros_has_no_three_decimals():
    made = inputs_of(repeated("57.183 €", "102.450 €"))
    assert made["a"][:2] == [57183, 102450]
    (note,) = judged(repeated("57.183 kg", "102.450 kg")).notes
    assert "could mean 57183 as well" in note


def test_few_whole_numbers_may_be_names_and_many_are_not():
    code = judged(repeated(1, 2, 3))
    assert (code.kind, code.inputs) == ("code", ("a",))
    assert code.treatment == "as a number; one-hot with --set data.columns.a=class"
    assert judged(repeated(0, 1)).reason == "0 or 1"
    assert judged([i % 30 for i in range(200)]).kind == "number"
    assert judged([0.5 * (i % 3) for i in range(ROWS)]).kind == "number"


def test_whole_numbers_told_to_be_classes_are_one_hot():
    made = inputs_of(repeated(3, 1, 2), kinds={"a": "class"})
    assert list(made) == ["a=1", "a=2", "a=3"]
    assert made["a=3"][:3] == [1, 0, 0]


def test_numbers_keep_their_type():
    assert encoded({"a": repeated(1, 5, 8), "b": repeated(4, 2)}).x.dtype == np.int64


def test_a_point_before_three_digits_parts_thousands_if_small_numbers_have_none():
    rents = [f"{i // 1000}.{i % 1000:03d} €" if i > 999 else f"{i} €" for i in range(640, 1800, 40)]
    found = judged(rents)
    assert (found.number.thousands, found.number.unit) == (".", "€")
    z = [float(i % 7) for i in range(len(rents))]
    assert encoded({"z": z, "a": rents}).x[:, 1].tolist() == list(range(640, 1800, 40))


@pytest.mark.parametrize("unit", ["m2", "cm3", "kg/m2", "m/s2", "m²", "sq ft", "km/h"])
@pytest.mark.parametrize("between", ["", " "])
def test_units_may_end_in_a_power(unit, between):
    found = judged([f"{i}{between}{unit}" for i in range(1, 41)])
    assert (found.kind, found.number.unit, found.reason) == ("number", unit, "values 1 to 40")


def test_names_of_digits_and_letters_have_no_unit():
    assert judged([f"{i % 9}A2" for i in range(90)]).kind == "class"
    powers = judged([f"{i}e2" for i in range(1, 41)])
    assert (powers.number.unit, powers.reason) == ("", "values 100 to 4000")


def test_a_point_before_three_digits_is_a_decimal_one_if_all_have_it():
    lengths = [f"{i / 1000:.3f} m" for i in range(640, 1800, 40)]
    assert judged(lengths).number.thousands == ""


def test_fractions_beside_small_whole_numbers_stay_fractions():
    eighths = ["1.125", "2", "3.375", "4", "5.625", "6", "7.875"] * 6
    assert judged([f"{cell} kg" for cell in eighths]).number.thousands == ""
