from pathlib import Path

import pytest

from nndoctor import load_setup

ROOT = Path(__file__).resolve().parents[2]

RECIPE = """\
[data]
generator = "blobs"
n = 600
d = 3
classes = 3
test = 0.1
[model]
hidden = [8]
[training]
epochs = 4
[search]
trials = 8
stages = 2
"""
SPACE = """\
[search.space]
"optimizer.learning_rate" = { low = 1e-5, high = 0.1, scale = "log" }
"training.batch_size" = { low = 16, high = 64, scale = "log2" }
"""


@pytest.fixture
def recipe(tmp_path):
    """Writes a recipe with this space, and answers its path."""

    def recipe(space=SPACE, name="small.toml"):
        path = tmp_path / name
        path.write_text(RECIPE + space, encoding="utf-8")
        return path

    return recipe


@pytest.fixture
def small(recipe):
    return load_setup(recipe())
