"""Parquet, through pandas and the extra `parquet`."""

from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from nndoctor.errors import DataError

from ..dataset import Dataset
from ..frame import Maker, from_frame
from .opening import AGAIN, unpacked


def read_parquet(
    path: Path, targets: list[str] | None, limit: int | None, make: Maker = from_frame
) -> Dataset:
    """A table with named and typed columns."""
    if find_spec("pyarrow") is None:
        raise DataError(
            f"{path} is a Parquet file, and reading it needs pyarrow",
            'pip install "nndoctor[parquet]"',
        )
    import pandas as pd

    with unpacked(path) as file:
        content = BytesIO(file.read())
    try:
        frame = pd.read_parquet(content, engine="pyarrow")
    except (ValueError, OSError) as error:  # pyarrow's errors are children of these
        reason = str(error).splitlines()[0]
        raise DataError(f"{path} is no readable Parquet file: {reason}", AGAIN) from error
    return make(frame.iloc[:limit].reset_index(drop=True), targets, str(path), None)
