"""From a path to a dataset: the table of file formats."""

from collections.abc import Callable
from pathlib import Path

from nndoctor.errors import DataError

from .dataset import Dataset
from .reading.cifar import read_cifar
from .reading.idx import read_idx
from .reading.npy import read_npy
from .reading.opening import check_file
from .reading.parquet import read_parquet
from .text import read_text

Reader = Callable[[Path, list[str] | None, int | None], Dataset]

READERS: dict[str, Reader] = {
    "csv": read_text,
    "tsv": read_text,
    "txt": read_text,
    "parquet": read_parquet,
    "npy": read_npy,
    "npz": read_npy,
    "idx": read_idx,
    "ubyte": read_idx,
    "bin": read_cifar,
}

_REFUSED = {
    "py": "own PyTorch models are not examined yet",
    "xlsx": "save the sheet as CSV",
    "xls": "save the sheet as CSV",
    "pkl": "pickles hold Python objects, which are never loaded: save the arrays as .npz",
    "pickle": "pickles hold Python objects, which are never loaded: save the arrays as .npz",
}


def read(path: Path, target: str | list[str] | None, *, limit: int | None = None) -> Dataset:
    """Reads a data file; `limit` takes the first rows only.

    `target` is a column, several columns, an array of an .npz or the file with an IDX file's
    labels. None will do where the format itself says what the target is.
    """
    if limit is not None and limit < 2:
        raise DataError(f"limit = {limit} rows", "learning needs at least two rows")
    check_file(path)
    reader = READERS.get(extension(path))
    if reader is None:
        permitted = ", ".join(f".{name}" for name in READERS)
        hint = _REFUSED.get(extension(path), "")
        raise DataError(
            f"{path} has no known data format",
            "; ".join(filter(None, (hint, f"read are {permitted}, each also .gz"))),
        )
    dataset = reader(path, [target] if isinstance(target, str) else target or None, limit)
    if len(dataset) < 2:
        rows = "one row only" if len(dataset) else "no rows"
        raise DataError(f"{path} has {rows}", "learning needs at least two rows")
    if not dataset.x.shape[1]:
        raise DataError(f"{path} has no column besides its target", "features are needed as well")
    return dataset


def extension(path: Path) -> str:
    """The format a name stands for, without .gz; MNIST's own names end in '-ubyte'."""
    name = path.name.lower().removesuffix(".gz")
    return "ubyte" if name.endswith("ubyte") else Path(name).suffix[1:]
