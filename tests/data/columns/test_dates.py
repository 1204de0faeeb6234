"""Dates and times: the format, the numbers made of them, and what stays open."""

import numpy as np
import pandas as pd
import pytest

from nndoctor.data.columns import encode

from ..helpers import refused
from .helpers import encoded, inputs_of, judged, planned, table

DAYS = pd.date_range("2010-11-25", periods=40, freq="36h")


@pytest.mark.parametrize(
    "pattern",
    [
        "%Y-%m-%d",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%d.%m.%Y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%m/%d/%Y %I:%M %p",
        "%d-%b-%Y",
        "%B %d, %Y",
        "%d %b %y",
        "%Y%m%dT%H%M%S",
        "%Y/%m/%d",
    ],
)
def test_dates_in_many_formats(pattern):
    made = inputs_of(DAYS.strftime(pattern))
    assert made["a.year"][0] == 2010
    assert made["a.month"][0] == 11
    assert made["a.weekday"][0] == 3  # a Thursday
    assert made["a.days"][2] == pytest.approx(3)
    assert ("a.hour" in made) == ("%M" in pattern)


def test_parts_that_do_not_vary_are_left_out():
    column = judged(pd.date_range("2020-05-01", periods=30).strftime("%Y-%m-%d"))
    assert column.inputs == ("a.weekday", "a.days")
    assert column.treatment == "weekday, days"
    assert column.reason == "2020-05-01 to 2020-05-30"


def test_months_and_times_of_day():
    months = pd.date_range("1949-01-01", periods=30, freq="MS").strftime("%Y-%m")
    assert judged(months).inputs == ("a.year", "a.month", "a.weekday", "a.days")
    times = [f"{i % 24:02}:{i % 2 * 30:02}" for i in range(40)]
    assert inputs_of(times)["a.hour"][:3] == [0, 1.5, 2]


def test_days_or_months_first_is_decided_over_the_column():
    assert inputs_of(["1/2/2011"] * 20 + ["13/2/2011"])["a.days"] == [0] * 20 + [12]
    assert inputs_of(["2/1/2011"] * 20 + ["2/13/2011"])["a.days"] == [0] * 20 + [12]


def test_what_stays_open_is_said():
    made = encoded({"a": ["3/4/2011", "1/2/2011", "5/6/2011"] * 8})
    assert made.notes == (
        "column 'a': '3/4/2011' is read as month-day-year, it could be day-month-year as well",
    )


def test_new_rows_and_moments():
    plan = planned({"z": [1.5, 2.5] * 20, "a": DAYS.strftime("%d/%m/%Y")})
    new = table({"a": ["01/02/2012", "?"], "z": [1.0, 2.0]})
    made = encode(new, plan)
    assert made.x[0, 2] == 2
    assert np.isnan(made.x[1, 1:]).all()
    assert made.moments is not None
    assert made.moments[0] == pd.Timestamp("2012-02-01").timestamp()
    assert np.isnan(made.moments[1])


def test_text_that_is_no_date_in_new_rows_is_refused():
    plan = planned({"z": [1.5, 2.5] * 20, "a": DAYS.strftime("%d/%m/%Y")})
    (mistake,) = refused(lambda: encode(table({"a": ["soon", "?"], "z": [1, 2]}), plan))
    assert mistake.problem == "column 'a' has text, such as 'soon' in row 1"
    assert mistake.hint == "dates are expected"


def test_dates_left_out_still_tell_the_time():
    made = encoded({"z": [1.5, 2.5] * 20, "a": DAYS.strftime("%Y-%m-%d")}, drop=("a",))
    assert made.inputs == ("z",)
    assert made.moments is not None
    assert made.moments[0] == pd.Timestamp("2010-11-25").timestamp()


def test_dates_of_the_frame_with_zones_and_gaps():
    days = DAYS.tz_localize("Europe/Berlin").to_series(index=range(40))
    days[3] = pd.NaT
    made = inputs_of(days)
    assert made["a.hour"][:3] == [0, 12, 0]
    assert np.isnan(made["a.days"][3])


def test_numbers_are_dates_only_if_told():
    seconds = [1.6e9 + 1e6 * i for i in range(40)]
    assert judged(seconds).kind == "number"
    assert inputs_of(seconds, kinds={"a": "date"})["a.year"][0] == 2020
    assert inputs_of([20200131, 20210228] * 20, kinds={"a": "date"})["a.month"][:2] == [1, 2]


def test_a_few_texts_among_dates_are_refused_and_missing_if_told():
    days = [*DAYS.strftime("%Y-%m-%d"), "someday"]
    (mistake,) = refused(lambda: judged(days))
    assert "has text where dates belong: 'someday' in row 41" in mistake.problem
    assert "--set data.columns.a=date" in mistake.hint
    assert judged(days, kinds={"a": "date"}).missing == 1


@pytest.mark.parametrize("texts", [("1-5 years", "6-9 years"), ("555-1234", "555-9876")])
def test_what_only_looks_like_a_date(texts):
    assert judged(list(texts) * 20).kind == "class"


def test_a_time_in_a_column_beside_belongs_to_the_date():
    moments = DAYS[0] + pd.to_timedelta([5, 3, 29, 25] * 10, unit="h")
    made = encoded({"day": moments.strftime("%d/%m/%Y"), "at": moments.strftime("%H:%M")})
    assert np.allclose(made.moments, moments.astype("datetime64[s]").astype("int64"))


def test_of_two_times_neither_is_taken_for_that_of_the_date():
    moments = DAYS[0] + pd.to_timedelta([5, 3, 29, 25] * 10, unit="h")
    at = moments.strftime("%H:%M")
    made = encoded({"day": moments.strftime("%d/%m/%Y"), "begin": at, "end": at})
    assert len(np.unique(made.moments)) == 2
