"""A script in a file of its own, and the command line."""

import pytest

from tests.cli.conftest import run as run

from .parts import HEAD


@pytest.fixture
def script(tmp_path):
    def written(*parts):
        path = tmp_path / "train.py"
        path.write_text(HEAD + "".join(parts) + "print('trained')\n", encoding="utf-8")
        return path

    return written
