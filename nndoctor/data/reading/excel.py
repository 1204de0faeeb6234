"""Workbooks of Excel and LibreOffice, through python-calamine or openpyxl."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from nndoctor.errors import DataError

from ..naming import listed
from .grid import from_grid
from .opening import readable
from .source import Source
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, .doc and locked .xlsx
ENGINES = {"python_calamine": "calamine", "openpyxl": "openpyxl"}
INSTALL = 'pip install "nndoctor[excel]"'


def read_excel(source: Source, how: HowToRead) -> Table:
    """The sheet that `how.part` names, else the first that looks like a table."""
    import pandas as pd

    engine = next(engine for module, engine in ENGINES.items() if find_spec(module))
    with source.open() as file:
        content = file.read()
    _check_container(source, content, engine)
    with (
        readable(source, "workbook"),
        pd.ExcelFile(BytesIO(content), engine=engine) as book,  # type: ignore[arg-type]
    ):
        name, grid, others = _sheet(book, source, how.part)
        spans = book.book.get_sheet_by_name(name).merged_cell_ranges if engine == "calamine" else ()
    # one over several columns is a title or a name above others, which the header looks at
    tall = [(top, last, left) for (top, left), (last, right) in spans or () if left == right]
    others_told = f"sheet '{name}' is read; other sheets: {listed(others)} (--table NAME)"
    return from_grid(grid, str(source), how, [others_told] if others else [], tall)


def _sheet(book: pd.ExcelFile, source: Source, part: str) -> tuple[str, pd.DataFrame, list[str]]:
    import pandas as pd

    names = [str(name) for name in book.sheet_names]
    if part and part not in names:
        raise DataError(f"{source} has no sheet '{part}'", f"--table NAME, one of {listed(names)}")
    filled: tuple[str, pd.DataFrame] | None = None
    for name in [part] if part else names:
        grid = pd.read_excel(
            book, sheet_name=name, header=None, dtype=object, keep_default_na=False, na_values=[""]
        )
        cells = grid.notna().sum(axis=1)
        if cells.any() and (filled is None or (cells > 1).sum() > 1):
            filled = name, grid
        if (cells > 1).sum() > 1:  # a page of notes has a cell in each row
            break
    if filled:
        return *filled, [other for other in names if other != filled[0]]
    which = f"sheet '{part}'" if part else "no sheet"
    problem = f"nothing in {which}" if part else f"no filled cell in {listed(names)}"
    raise DataError(f"{source} has {problem}", "save the sheet that holds the table, or name it")


def _check_container(source: Source, content: bytes, engine: str) -> None:
    """Tells a locked workbook and documents of other programs from what the engine can read."""
    old = content.startswith(OLE_MAGIC)
    if engine == "openpyxl" and not old and "xl/workbook.xml" not in source.members:
        raise DataError(f"{source} is a kind of workbook that openpyxl can't read", INSTALL)
    if not old:
        return
    holds = {
        name
        for name in ("EncryptedPackage", "WordDocument", "Workbook", "Book")
        if name.encode("utf-16-le") in content
    }
    if "EncryptedPackage" in holds:
        raise DataError(
            f"{source} is locked with a password",
            "open it in Excel or LibreOffice and save it without one, or as CSV",
        )
    if not holds & {"Workbook", "Book"}:
        what = "a Word document" if "WordDocument" in holds else "no workbook"
        raise DataError(
            f"{source} is {what}, not a table", "copy the table into a sheet and save it as CSV"
        )
    if engine == "openpyxl":
        raise DataError(f"{source} is an old .xls workbook, which openpyxl can't read", INSTALL)
