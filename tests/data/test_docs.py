from pathlib import Path

import pytest

from nndoctor.data import GENERATORS, READERS
from nndoctor.data.preprocess import KINDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text()


@pytest.mark.parametrize("name", [f".{name}" for name in READERS if name != "ubyte"] + ["-ubyte"])
def test_every_format_is_documented(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", GENERATORS)
def test_every_generator_is_documented_with_its_defaults(name):
    made = GENERATORS[name]
    classes = f" {made.classes} " if made.classes else " "
    assert f"| `{name}` | {made.n} | {made.d} |{classes}|" in PAGE


@pytest.mark.parametrize("name", KINDS)
def test_every_scaling_is_documented(name):
    assert f"| `{name}` |" in PAGE
