import math
import re
from dataclasses import replace

import pytest
from report_samples import ALL_STATUSES, LAYERS, SOUND, SWEEP
from rich.cells import cell_len

from nndoctor.findings import (
    Curves,
    FailOn,
    Finding,
    Histogram,
    Report,
    Series,
    Status,
    Table,
    Verdict,
)
from nndoctor.report.cells import number, sparkline

WORDS = {"ok": "PASS", "skip": "SKIP", "note": "NOTE", "warning": "WARN", "error": "FAIL"}


def with_evidence(*pieces):
    return Report("check", "A title", (), evidence=pieces)


@pytest.mark.parametrize("width", [60, 79, 80, 100, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_no_line_is_wider_than_the_console(shown, width, encoding, verbosity):
    text = shown(ALL_STATUSES, width=width, encoding=encoding, verbosity=verbosity)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "\x1b" not in text
    assert text.isascii() or encoding != "ascii"


@pytest.mark.parametrize("width", [60, 100])
def test_every_status_is_told_in_words_with_reason_and_advice(shown, width):
    text = shown(ALL_STATUSES, width=width)
    for status, word in {**WORDS, "broken": "BUG"}.items():
        assert re.search(rf"^{word} +ND30\d +check-{status}", text, re.MULTILINE)
    for status in ("note", "warning", "error"):
        reason = f"judged by: threshold of {status} (source of {status})"
        assert reason in " ".join(text.split())
    for status in ("note", "warning", "error", "skip", "broken"):
        assert re.search(rf"what to do: +advice of {status}", text)
    assert "threshold of ok" not in text
    assert "next: nndoctor check-activations digits.toml" in text
    assert "interrupted" in text


def test_verbose_adds_the_reasons_of_what_is_ok_and_the_details(shown):
    text = shown(ALL_STATUSES, verbosity=1)
    assert "threshold of ok (source of ok)" in text
    assert re.search(r"runs\.seconds +8\.123", text)
    assert re.search(r"runs\.best +1, inf", text)


def test_quiet_is_one_line_per_finding_and_nothing_else(shown):
    lines = shown(ALL_STATUSES, verbosity=-1, width=120).splitlines()
    assert len(lines) == len(ALL_STATUSES.findings)
    assert all(re.match(r"(PASS|SKIP|NOTE|WARN|FAIL|BUG) +ND", line) for line in lines)
    bare = shown(Report("check", "A title", ()), verbosity=-1)
    assert bare == "UNDECIDED  nothing was judged\n"


def test_quiet_is_the_verdict_where_there_are_no_findings(shown):
    bare = replace(SOUND, findings=(), decided=Verdict.PASS)
    assert shown(replace(bare, headline="sgd leads"), verbosity=-1) == "PASS  sgd leads\n"
    said = shown(replace(bare, summary=("0.97 confirmed", "lr = 0.1")), verbosity=-1)
    assert said == "PASS  0.97 confirmed\nlr = 0.1\n"


def test_the_verdict_is_a_word_and_says_what_was_examined(shown):
    assert "PASS  no problem found in what was examined" in shown(SOUND)
    right = replace(SOUND, headline="the gradients are right")
    assert "PASS  the gradients are right" in shown(right)
    broken = Report("check", "A title", (Finding("ND1", "units", Status.BROKEN, "a bug"),))
    assert "UNDECIDED  a check failed through a bug of nndoctor" in shown(broken)
    assert "UNDECIDED" in shown(replace(SOUND, interrupted=True))
    assert "UNDECIDED  nothing was judged" in shown(replace(SOUND, findings=()))


@pytest.mark.parametrize(
    ("status", "level", "said"),
    [
        (Status.NOTE, FailOn.ERROR, "PASS  no problem found in what was examined; remarks from "),
        (Status.NOTE, FailOn.NOTE, "FAIL  look first at units"),
        (Status.WARNING, FailOn.ERROR, "WARN  look first at units"),
        (Status.WARNING, FailOn.WARNING, "FAIL  look first at units"),
        (Status.ERROR, FailOn.ERROR, "FAIL  look first at units"),
    ],
)
def test_the_word_follows_the_level_that_fails(shown, status, level, said):
    fine, found = SOUND.findings[0], Finding("ND1", "units", status, "27 are dead")
    text = shown(replace(SOUND, findings=(fine, found), fail_on=level))
    assert said in text
    assert not re.search("HEALTHY|SICK", text)


def test_the_only_answer_stands_beside_the_verdict(shown):
    found = Finding("ND1", "units", Status.WARNING, "27 are dead")
    skipped = Finding("ND2", "others", Status.SKIP, "not asked")
    assert "WARN  27 are dead" in shown(replace(SOUND, findings=(found, skipped)))


@pytest.mark.parametrize("width", [60, 100, 200])
def test_a_wide_table_loses_nothing(shown, width):
    text = shown(with_evidence(LAYERS), width=width)
    values = {number(cell) for row in LAYERS.rows for cell in row if isinstance(cell, float)}
    assert all(value in text for value in values)
    assert text.count("statistic") == 12
    assert text.count("▁") >= 10


def test_an_interval_that_no_longer_fits_takes_its_number_along(shown):
    columns = ("name", "rank", "score", "behind by", "interval")
    rows = (("relu", "1 to 2", 0.951, 0.031, "0.012 to 0.050"),)
    lines = shown(with_evidence(Table("t", columns, rows)), width=44).splitlines()
    (second,) = [line for line in lines if "0.012 to 0.050" in line]
    assert "0.031" in second
    assert "relu" in second
    assert all("0.031" not in line for line in lines if "1 to 2" in line)


def test_the_key_of_a_recipe_stays_in_one_piece(shown):
    columns = ("parameter", "stage 1", "stage 2", "stage 3")
    row = ("model.output_activation", *["softmax, linear, sigmoid, tanh"] * 3)
    text = shown(with_evidence(Table("t", columns, (row,))), width=80)
    assert "model.output_activation " in text


def test_folded_text_keeps_every_word(shown):
    note = "the loss overflowed in the very first step of the very first epoch " * 3
    text = shown(with_evidence(Table("t", ("a", "b"), (("x", note), ("y", note)))), width=60)
    assert text.count("overflowed") == 6


def test_decimal_points_line_up(shown):
    rows = ((1.5,), (0.25,), (100.0,), (2.5e-7,), (float("inf"),), (None,))
    lines = shown(with_evidence(Table("t", ("value",), rows))).splitlines()
    assert {line.index(".") for line in lines if re.search(r"\d\.", line)} == {5}


def test_a_long_table_is_cut_and_says_so(shown):
    table = Table("long", ("n",), tuple((1000 + n,) for n in range(45)))
    cut = shown(with_evidence(table))
    assert "5 more rows left out" in cut
    assert "1044" not in cut
    assert "1044" in shown(with_evidence(table), verbosity=1)


def test_an_empty_table_still_has_its_header(shown):
    assert "alone" in shown(with_evidence(Table("empty", ("alone",), ())))


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_curve_shows_decades_marks_and_what_is_not_finite(shown, encoding):
    text = shown(with_evidence(SWEEP), encoding=encoding)
    assert all(label in text for label in ("1e-4", "1e-3", "1e-2", "learning rate (log scale)"))
    assert "a yours at 0.001" in text
    assert "b suggested at 0.0521" in text
    assert "x not finite" in text
    top = next(line for line in text.splitlines() if " b " in line)
    assert top.count("x") == 2


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ((1.0,), (2.0,)),
        ((1.0, 2.0), (0.0, 0.0)),
        ((1.0, 1.0), (1e-300, 1e300)),
        ((0.0, 1.0, 2.0), (float("inf"), 3.0, float("nan"))),
        ((1.0, 2.0), (float("nan"), float("nan"))),
        ((), ()),
    ],
)
@pytest.mark.parametrize("log", [False, True])
def test_degenerate_curves_are_drawn(shown, x, y, log):
    text = shown(with_evidence(Series("odd", x, y, log_x=log, log_y=log)), width=60)
    assert "odd" in text
    assert max(map(cell_len, text.splitlines())) <= 60


def test_values_a_log_scale_cannot_show_are_counted(shown):
    series = Series("s", (0.0, 1.0, 2.0), (1.0, -1.0, 2.0), log_x=True, log_y=True)
    assert "2 values that a log scale cannot show" in shown(with_evidence(series))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2.302585, "2.303"),
        (0.001, "0.001"),
        (1.5e-7, "1.5e-7"),
        (-3.16e-4, "-3.16e-4"),
        (9999.9, "10000"),
        (99999.9, "1e5"),
        (12345.6, "12346"),
        (1e30, "1e30"),
        (123456, "123456"),
        (True, "yes"),
        (float("nan"), "NaN"),
        (float("-inf"), "-inf"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_a_histogram_distinguishes_empty_from_little():
    assert sparkline(Histogram((0, 1, 1000, 500), 0, 1)) == " ▁█▄"
    assert sparkline(Histogram((), 0, 1)) == ""
    assert sparkline(Histogram((0, 0), 0, 1)) == "  "
    assert len(sparkline(Histogram(tuple(range(64)), 0, 1))) <= 20


def test_a_loss_that_hardly_moves_is_shown_moving(shown):
    losses = (2.302576, 2.302561, 2.302420, 2.1, 0.5, math.inf)
    rows = tuple((10.0**i, 2.302576, loss) for i, loss in enumerate(losses))
    text = shown(with_evidence(Table("rates", ("rate", "first", "final"), rows)))
    assert re.search(r"2\.302576 +2\.302561", text)
    assert re.search(r"2\.302576 +2\.30242", text)
    assert re.search(r" 0\.5$", text, re.MULTILINE)


def test_scores_that_look_alike_stay_so_and_losses_do_not(shown):
    rows = ((0.97596, 2.302576), (0.97598, 2.302545))
    text = shown(with_evidence(Table("t", ("score", "training loss"), rows)))
    assert text.count("0.976") == 2
    assert "2.302576" in text


def test_what_is_seen_to_differ_needs_no_more_figures(shown):
    text = shown(with_evidence(Table("t", ("a",), ((2.302576,), (2.301234,), (2.302576,)))))
    assert text.count("2.303") == 2


def test_rounding_is_no_difference(shown):
    text = shown(with_evidence(Table("same", ("a",), ((2.302585,), (2.302586,)))))
    assert text.count("2.303") == 2


def test_several_curves_carry_letters_and_a_legend(shown):
    lines = {
        "rate 0.1": (4.0, 3.0, 2.0, 1.0),
        "rate 0.2": (4.0, 3.5, 3.0, 2.5),
        "rate 9": (4.0, 5.0),
    }
    curves = Curves(
        "loss by rate",
        tuple(
            Series(name, (0.0, 1.0, 2.0, 3.0)[: len(y)], y, "update", "loss")
            for name, y in lines.items()
        ),
    )
    text = shown(with_evidence(curves))
    figure, legend = text.rsplit("update", 1)
    assert all(letter in figure for letter in "abc")
    assert all(word in legend for word in ("a rate 0.1", "b rate 0.2", "c rate 9"))


def test_words_and_codes_stay_whole_on_a_narrow_terminal(shown):
    one = Finding("ND405", "better-than-guessing-ever", Status.SKIP, "training broke")
    lines = shown(Report("train", "How?", (one,)), width=30).splitlines()
    assert any(line.startswith("SKIP  ND405  better-than") for line in lines)
    assert max(map(len, lines)) <= 30
