"""Figures in files: every kind of evidence has a drawer, whatever is in it."""

import math
from dataclasses import replace
from typing import get_args

import pytest
from report_samples import ALL_STATUSES, LAYERS, SWEEP

import nndoctor
from nndoctor.errors import UsageError
from nndoctor.findings import (
    Axis,
    Coordinates,
    Curves,
    Evidence,
    Heatmap,
    Histogram,
    Paths,
    Picture,
    Pictures,
    Regions,
    Report,
    Scatter,
    Series,
    Table,
    Walk,
)
from nndoctor.report.document import render_json
from nndoctor.report.figures import DRAWERS, figures, save_plots
from nndoctor.report.page import page

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

NAN, INF = math.nan, math.inf
PLANE = tuple(tuple(float(x * x + 5 * y * y) for x in range(-4, 5)) for y in range(-4, 5))
AXIS = tuple(map(float, range(-4, 5)))
PATHS = Paths(
    "a valley", AXIS, AXIS, PLANE,
    (
        Walk("sgd", (-4, -2, 1), (3, 1, 0), "reached at step 2"),
        Walk("wild", (-4, 100, INF), (3, NAN, 0)),
    ),
    "x", "y", (("minimum", 0, 0),), "cost $5 & <b>",
)  # fmt: skip
FACES = Pictures("faces", tuple(Picture(f"unit {i}", ((0, i, 2), (-1, NAN, 1))) for i in range(7)))
COLOURED = Pictures("colours", (Picture("u", (), (((0, 1),), ((1, 1),), ((0, 0),))),))
HEAT = Heatmap("heat", ((1, 2, INF), (0, -3, 4)), "unit", "class", ("a", "b"))
REGIONS = Regions(
    "arms",
    AXIS,
    AXIS,
    tuple(tuple(int(x > y) for x in AXIS) for y in AXIS),
    ("left", "right"),
    ((0, 1, 0), (2, -1, 1)),
)
CURVES = Curves(
    "losses",
    (
        Series("sgd", (0, 1, 2), (1, 0.1, 0.01), "step", "loss", log_y=True),
        Series("adam", (0, 1, 2), (1, INF, NAN), "step", "loss", log_y=True),
    ),
)
POINTS = Scatter("score by rate", (1e-3, 0.1, 1), (0.5, NAN, 0.9), "rate", "score", log_x=True)
LINES = Coordinates(
    "trials",
    (Axis("rate", ((0.0, "1e-3"), (1.0, "1"))), Axis("units", ((0.5, "32"),))),
    ((0.0, 0.5), (1.0, 0.5)),
    (0.7, NAN),
    "accuracy",
    "dotted: diverged",
)
PIECES = (SWEEP, LAYERS, PATHS, FACES, COLOURED, HEAT, REGIONS, CURVES, POINTS, LINES)


def report(*pieces):
    return Report("surface", "The way down", (), pieces)


def test_every_kind_of_evidence_has_a_drawer():
    assert set(DRAWERS) == set(get_args(Evidence)) == {type(piece) for piece in PIECES}


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_each_is_drawn_the_same_each_time(piece, tmp_path):
    (first,) = save_plots(report(piece), tmp_path / "a")
    (second,) = save_plots(report(piece), tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"<?xml")
    assert first.name.startswith("surface-")
    (png,) = save_plots(report(piece), tmp_path / "c", "png")
    assert png.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
@pytest.mark.parametrize("options", [{}, {"width": 30}, {"encoding": "ascii"}, {"color": "always"}])
def test_each_is_drawn_on_a_terminal(piece, options, shown):
    text = shown(report(piece), **options)
    assert piece.name in " ".join(text.split())
    if options.get("encoding") == "ascii":
        assert text.isascii()
        assert "?" not in text or piece in (FACES, HEAT)


def test_each_is_in_the_document():
    text = render_json(report(*PIECES))
    assert all(f'"kind": "{type(piece).__name__.lower()}"' in text for piece in PIECES)


def test_empty_evidence_is_drawn_too(tmp_path):
    nothing = (
        Curves("none", ()),
        replace(PATHS, paths=()),
        Pictures("none", ()),
        replace(PATHS, height=tuple((NAN,) * 9 for _ in AXIS)),
    )
    assert len(save_plots(report(*nothing), tmp_path / "a")) == 4


def test_a_table_is_a_figure_where_it_holds_histograms():
    words = Table("words", ("a",), (("b",),))
    empty = Table("empty", ("a", "h"), (("b", Histogram((), 0, 0)),))
    assert [name for name, _ in figures(report(words, empty, LAYERS))] == [
        "surface-activations-by-layer"
    ]


def test_evidence_of_findings_comes_too_and_equal_names_get_numbers():
    (finding, *_) = ALL_STATUSES.findings
    both = replace(report(SWEEP), findings=(finding,))
    assert [name for name, _ in figures(both)] == [
        "surface-loss-after-100-steps",
        "surface-loss-after-100-steps-2",
    ]


def test_a_folder_that_holds_files_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(UsageError, match="holds files already"):
        save_plots(report(SWEEP), tmp_path)
    with pytest.raises(UsageError, match="can't hold files"):
        save_plots(report(SWEEP), tmp_path / "mine.txt")
    with pytest.raises(UsageError, match="no folder"):
        save_plots(report(SWEEP), tmp_path / "a" / "b")
    (path,) = nndoctor.save_plots(report(SWEEP), tmp_path, force=True)
    assert {one.name for one in tmp_path.iterdir()} == {"mine.txt", path.name}


def curves(**values):
    """A curve each over 0, 1, 2, ..."""
    return Curves(
        "losses",
        tuple(
            Series(name, tuple(map(float, range(len(y)))), y, "step", "loss", log_y=True)
            for name, y in values.items()
        ),
    )


def test_the_terminal_says_which_curves_have_no_finite_value_and_where_others_lose_theirs(shown):
    told = curves(sgd=(1.0, 0.5, 0.1), lost=(NAN, INF), late=(1.0, INF, NAN), once=(1.0, NAN, 0.1))
    text = shown(report(told))
    assert "lost: no finite values" in text
    assert "late  not finite from 1 on" in text
    assert "once  1 value not finite" in text
    assert text.count("not finite from") == 1


def test_the_terminal_counts_what_a_log_scale_cannot_show(shown):
    text = shown(report(curves(sgd=(1.0, 0.5, 0.0, 0.1), adam=(1.0, -1.0), none=(0.0, -1.0))))
    assert "2 values that a log scale cannot show are left out" in text
    assert "none: no values above 0, which a log scale needs" in text
    assert "1 value that a log scale cannot show is left out" in shown(report(curves(a=(1.0, 0.0))))


def test_what_a_log_scale_cannot_show_is_counted_below_the_figure():
    told = curves(sgd=(1.0, 0.5, 0.0, 0.1), adam=(1.0, -1.0, INF))
    below = "2 values that a log scale cannot show are left out"
    assert below in page(report(told))
    text = page(report(replace(told, caption="of one seed")))
    assert below in text
    assert "of one seed" in text
    assert "cannot show" not in page(report(curves(sgd=(1.0, 0.5))))


def test_a_long_curve_on_the_page_keeps_its_marks_and_its_course():
    y = [1.0 + at for at in range(5000)]
    assert "not finite" not in page(report(curves(a=tuple(y))))
    y[1234], y[2345], y[2346] = NAN, 0.0, -1.0
    text = page(report(curves(a=tuple(y))))
    assert "x: not finite" in text
    assert "2 values that a log scale cannot show are left out" in text
    assert len(text) < 200_000
    broken = page(report(curves(a=tuple(INF if at % 9 == 0 else 1.0 + at for at in range(5000)))))
    assert len(broken) < 500_000


def topped(**values):
    return replace(
        curves(**values),
        lines=tuple(replace(line, top=4.0) for line in curves(**values).lines),
    )


def test_what_is_above_the_top_is_said_to_be_above_and_not_called_infinite(shown):
    one = replace(curves(a=(1.0, 2.0, 40.0, INF)).lines[0], log_y=False, top=4.0)
    text = shown(report(one))
    assert "^ above 4" in text
    assert "x not finite" in text
    for drawn in (page(report(one)), page(report(topped(a=(1.0, 2.0, 40.0, INF))))):
        assert "^: above 4" in drawn
        assert "x: not finite" in drawn
    assert "^: above" not in page(report(replace(one, y=(1.0, 2.0, 3.0, 4.0))))
    assert "above" not in shown(report(replace(one, top=None)))
    assert '"y": [\n' in render_json(report(one))
    assert "40.0" in render_json(report(one))


def test_curves_say_from_where_on_they_are_above_the_top(shown):
    text = shown(report(topped(up=(1.0, 5.0, 9.0), both=(1.0, 5.0, NAN), once=(1.0, 5.0, 2.0))))
    assert "up  above 4 from 1 on" in text
    assert "both  above 4 or not finite from 1 on" in text
    assert "once  1 value above 4" in text


def test_a_matrix_with_names_has_its_numbers_in_the_cells():
    counts = Heatmap(
        "confusion", ((3.0, 41.0), (0.0, 7.0)), "predicted", "true", ("a", "b"), ("a", "b"), False
    )
    assert ">41<" in page(report(counts))
    assert ">41<" not in page(report(replace(counts, columns=())))


def test_the_range_around_a_curve_is_drawn_and_thinned_with_it(shown):
    y = tuple(float(at) for at in range(2000))
    line = Series("score", y, y, low=tuple(v - 1 for v in y), high=tuple(v + 1 for v in y))
    assert len(page(report(line))) > len(page(report(replace(line, low=(), high=()))))
    assert "shaded: from the lowest" in page(report(line))
    assert "shaded" not in shown(report(line))  # nor is it there


def test_what_is_wider_than_most_has_the_whole_width_of_the_page():
    many = replace(LINES, axes=LINES.axes * 4, lines=tuple(line * 4 for line in LINES.lines))
    assert '<svg class="wide"' in page(report(many))
    assert 'class="wide"' not in page(report(LINES))
