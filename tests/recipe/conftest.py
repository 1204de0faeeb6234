"""Recipes to spoil."""

import pytest

SMALL = """\
[data]
path = "a.csv"
target = "y"

[model]
hidden = [4]
activation = "relu"

[optimizer]
name = "sgd"
learning_rate = 0.1
"""


@pytest.fixture
def small() -> str:
    return SMALL
