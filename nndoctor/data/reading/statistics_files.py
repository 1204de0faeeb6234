"""Files of Stata, SAS and SPSS, through pandas."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from nndoctor.errors import DataError

from .frames import table_of
from .opening import readable
from .source import Source
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd


def read_stata(source: Source, how: HowToRead) -> Table:
    """Values under their labels, or as numbers where two of them share one label."""

    def parse(content: bytes) -> pd.DataFrame:
        import pandas as pd

        try:
            return pd.read_stata(BytesIO(content))
        except ValueError as error:
            if "labels" not in str(error):
                raise
            return pd.read_stata(BytesIO(content), convert_categoricals=False)

    return _read(source, how, "Stata", parse)


def read_sas(source: Source, how: HowToRead) -> Table:
    """A table of SAS (.sas7bdat)."""
    return _read(source, how, "SAS", lambda content: _sas(content, "sas7bdat"))


def read_sas_transport(source: Source, how: HowToRead) -> Table:
    """A SAS transport file (.xpt)."""
    return _read(source, how, "SAS", lambda content: _sas(content, "xport"))


def read_spss(source: Source, how: HowToRead) -> Table:
    """Through pyreadstat, which needs a plain file."""

    def parse(content: bytes) -> pd.DataFrame:
        import pandas as pd

        return pd.read_spss(source.path)

    if not source.path.name.lower().endswith("sav"):
        raise DataError(f"{source} is a packed SPSS file", "unpack it, and name the file in it")
    return _read(source, how, "SPSS", parse)


def _sas(content: bytes, layout: str) -> pd.DataFrame:
    import pandas as pd

    encoding = "infer" if layout == "sas7bdat" else "latin-1"
    frame: pd.DataFrame = pd.read_sas(  # type: ignore[call-overload]
        BytesIO(content), format=layout, encoding=encoding
    )
    return frame


def _read(
    source: Source, how: HowToRead, program: str, parse: Callable[[bytes], pd.DataFrame]
) -> Table:
    with source.open() as file:
        content = file.read()
    with readable(source, f"file of {program}"):
        frame = parse(content)
    return table_of(frame, str(source), how)
