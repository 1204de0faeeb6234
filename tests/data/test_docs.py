from pathlib import Path

import pytest

from nndoctor.data import GENERATORS
from nndoctor.data.columns import Kind
from nndoctor.data.preprocess import KINDS
from nndoctor.data.reading.formats import FORMATS
from tools.make_docs import data_page

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text()


def test_the_table_of_formats_is_current():
    assert data_page() == PAGE


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_is_documented_with_what_it_needs(form):
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {form.name} |")]
    assert all(f"`.{ending}`" in row for ending in form.endings)
    assert form.install in row


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != "constant"])
def test_every_kind_of_column_is_documented(kind):
    assert f"| `{kind.value}` |" in PAGE


@pytest.mark.parametrize("name", GENERATORS)
def test_every_generator_is_documented_with_its_defaults(name):
    made = GENERATORS[name]
    classes = f" {made.classes} " if made.classes else " "
    assert f"| `{name}` | {made.n} | {made.d} |{classes}|" in PAGE


@pytest.mark.parametrize("name", KINDS)
def test_every_scaling_is_documented(name):
    assert f"| `{name}` |" in PAGE
