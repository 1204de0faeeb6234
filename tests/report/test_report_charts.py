"""The figures of the page: whole SVG of finite numbers, whatever is in the evidence."""

import io
import math
import re
import sys
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from report_samples import LAYERS, SWEEP

from nndoctor.findings import Curves, Heatmap, Histogram, Report, Scatter, Series, Table
from nndoctor.report.charts import CHARTS, draw_scores
from nndoctor.report.page import page

NAN, INF = math.nan, math.inf
LINE = Series("loss", (0.0, 1.0, 2.0), (3.0, 2.0, 1.0), "epoch", "loss")
POINTS = Scatter("predicted against true", (0.0, 1.0, 4.0), (0.5, NAN, 3.0), identity=True)
HEAT = Heatmap("heat", ((1.0, 2.0), (0.0, -3.0)), "unit", "class", ("a", "b"), ("c", "d"))
STRANGE = (
    LINE,
    SWEEP,
    LAYERS,
    POINTS,
    HEAT,
    replace(LINE, y=(NAN, INF, -INF)),
    replace(LINE, y=(1e308, -1e308, 0.0)),
    replace(LINE, y=(5.0, 5.0, 5.0), x=(1.0, 1.0, 1.0)),
    replace(LINE, y=(0.0, -1.0, NAN), log_y=True, levels=(("zero", 0.0), ("one", 1.0))),
    replace(LINE, log_x=True, marks=(("yours", 0.0),), bands=(("good", 0.0, 1.0),)),
    replace(LINE, low=(1.0, NAN, 0.0), high=(4.0, 4.0, INF)),
    replace(LINE, top=1.5, name='<b> & "quoted"'),
    Series("none", (), ()),
    Curves("none", ()),
    Curves("mixed", (replace(LINE, log_y=True), replace(LINE, name="below", y=(-1.0, 0.0, 1.0)))),
    Curves("many", tuple(replace(LINE, name=f"line {n}") for n in range(20))),
    Scatter("lost", (NAN, 1.0), (1.0, INF), identity=True),
    Heatmap("one", ((NAN,),)),
    replace(HEAT, columns=("a name that is much too long for its column", "<d>")),
    Heatmap("large", tuple(tuple(float(x * y) for x in range(90)) for y in range(70))),
    Table("flat", ("layer", "values"), (("1", Histogram((3,), 2.0, 2.0)),)),
    Table("wide", ("layer", "values"), (("a layer " * 20, Histogram((1, 0, 9), -1e308, 1e308)),)),
)


def drawn(piece):
    return ET.fromstring(f"<figure>{CHARTS[type(piece)](piece)}</figure>")


@pytest.mark.parametrize("piece", STRANGE, ids=lambda piece: piece.name)
def test_each_is_whole_and_every_place_in_it_is_a_number_within_reach(piece):
    figure = drawn(piece)
    assert figure.find("figcaption").text == piece.name
    _, _, wide, high = map(float, figure.find("svg").get("viewBox").split())
    for part in figure.iter():
        for name in ("x", "y", "d", "width", "height"):
            for value in re.findall(r"nan|inf|-?\d+\.?\d*", part.get(name, "")):
                assert -wide <= float(value) <= 2 * max(wide, high)


def test_the_page_draws_them_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    text = page(Report("checkup", "Why?", (), STRANGE))
    assert text.count('<svg class="chart"') == text.count("<figcaption>") > 15
    assert "<img" not in text


def test_a_higher_value_lies_higher_and_a_later_one_further_right():
    path = next(one.get("d") for one in drawn(LINE).iter("path") if one.get("class") == "line")
    places = [tuple(map(float, one.split(","))) for one in path[1:].split("L")]
    assert places == sorted(places)
    assert [y for _, y in places] == sorted(y for _, y in places)


def test_epochs_have_no_halves():
    labels = [one.text for one in drawn(replace(LINE, y=(0.1, 0.2, 0.3))).iter("text")]
    assert {"0", "1", "2"} <= set(labels)
    assert "0.5" not in labels


def test_the_colours_of_a_matrix_are_those_of_its_values_and_a_gap_is_clear():
    from matplotlib.image import imread

    figure = drawn(Heatmap("h", ((0.0, NAN, 1.0), (0.5, INF, 1.0)), signed=False))
    data = figure.find("svg/image").get("href").removeprefix("data:image/png;base64,")
    pixels = (imread(io.BytesIO(b64decode(data))) * 255).round().astype(int)
    assert pixels.shape == (2, 3, 4)
    assert pixels[0, 0].tolist() == [68, 1, 84, 255]
    assert pixels[1, 0].tolist() == [33, 145, 140, 255]
    assert pixels[0, 2].tolist() == pixels[1, 2].tolist() == [253, 231, 37, 255]
    assert pixels[:, 1, 3].tolist() == [0, 0]


def test_numbers_stand_in_a_matrix_where_they_fit():
    def numbers(heatmap):
        return [one.text for one in drawn(heatmap).iter("text") if "-3" in (one.text or "")]

    assert "-3" in numbers(HEAT)
    assert "-3.123e-5" in numbers(replace(HEAT, values=((1.0, 2.0), (0.0, -3.123e-5))))
    row = (-3.123e-5,) * 30
    names = tuple(map(str, range(30)))
    assert "-3.123e-5" not in numbers(replace(HEAT, values=(row,), rows=("a",), columns=names))


def test_the_line_of_equality_is_drawn_where_it_is_wanted():
    text = CHARTS[Scatter](POINTS)
    assert 'class="mark"' in text
    assert "dotted: both are equal; 1 points" in text
    assert "dotted" not in CHARTS[Scatter](replace(POINTS, identity=False))


def test_the_scores_of_each_side_stand_beside_the_reference():
    assert draw_scores([("as it is", (NAN,))], "MCC", 0.5) is None
    text = draw_scores([("as it is", (0.1, 0.3)), ("changed", (0.9,))], "MCC", 0.95)
    assert ET.fromstring(f"<figure>{text}</figure>") is not None
    for told in ("as it is, 2 seeds", "changed, 1 seed<", ">0.2<", "reference: 0.95"):
        assert told in text
    assert "reference" not in draw_scores([("as it is", (0.1,))], "MCC", NAN)


def test_a_mark_that_two_curves_share_stands_once():
    marked = replace(LINE, marks=(("best", 1.0),))
    both = CHARTS[Curves](Curves("loss", (marked, replace(marked, name="validation loss"))))
    assert both.count("best at 1") == 1
    apart = replace(marked, name="validation loss", marks=(("best", 2.0),))
    assert CHARTS[Curves](Curves("loss", (marked, apart))).count("best at") == 2
