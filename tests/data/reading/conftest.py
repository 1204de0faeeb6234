from collections.abc import Callable
from pathlib import Path

import pytest

from nndoctor.data.reading.delimited import read_delimited
from nndoctor.data.reading.table import HowToRead, Table


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Table]:
    """Reads a text as a file, in the way that is said."""

    def read(content: str | bytes, **how: object) -> Table:
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_delimited(path, HowToRead(**how))

    return read
