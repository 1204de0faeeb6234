"""The table of formats: what each is called, how it is known, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..dataset import Dataset
from . import cifar, columnar, endings, excel, hdf5, idx, matlab, npy, sqlite, statistics_files
from .arff import read_arff
from .endings import ENDINGS
from .json_text import read_json
from .source import Source
from .svmlight import read_svmlight
from .table import HowToRead, Table

Arrays = Dataset  # what formats give that hold numbers only, with no names for their columns
Read = Callable[[Source, HowToRead, Sequence[str]], Table | Arrays]

JSON_START = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:[\[{"\]\d-]|(?:true|false|null)\b))')
ARFF_START = re.compile(r"@relation\b", re.IGNORECASE)
NUMBER = r"[-+.\deE]+"
PAIR = r"(?:0|[1-9]\d*):(?!0\d)[-+.\deEnaif]+"  # 08:30 is a time
SVMLIGHT_LINE = re.compile(rf"{NUMBER}(?:,{NUMBER})*(?:\s+qid:\d+)?(?:\s+{PAIR})+\s*(?:#.*)?")
STATA_OLD = re.compile(rb"[\x69\x6c\x6e\x6f\x71-\x73][\x01\x02]\x01\x00")  # formats 105 to 115
SAS_MAGIC = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
SAS_TRANSPORT_MAGIC = b"HEADER RECORD*******LIBRARY HEADER"


@dataclass(frozen=True)
class Format:
    """One format of data files.

    `known_by` looks at the content alone. `parts` is what `--table` names in it, "" if nothing.
    One of `modules` has to be there, `install` brings it. `text`: whether it is a text format,
    which its ending can decide where the content leaves a choice.
    """

    name: str
    read: Read
    known_by: Callable[[Source], bool]
    parts: str = ""
    modules: tuple[str, ...] = ()
    install: str = ""
    text: bool = False

    @property
    def endings(self) -> tuple[str, ...]:
        return tuple(ending for ending, name in ENDINGS.items() if name == self.name)


def _table(read: Callable[[Source, HowToRead], Table]) -> Read:
    return lambda source, how, targets: read(source, how)


def _begins(*magics: bytes) -> Callable[[Source], bool]:
    return lambda source: source.begins(*magics)


def _by_ending_only(source: Source) -> bool:
    return False


def _delimited(source: Source, how: HowToRead, targets: Sequence[str]) -> Table:
    from .delimited import read_delimited

    return read_delimited(source.path, replace(how, part=source.member))


def _npy(source: Source, how: HowToRead, targets: Sequence[str]) -> Arrays:
    return npy.read_npy(source.path, targets, how.limit, how.part, source.member)


def _idx(source: Source, how: HowToRead, targets: Sequence[str]) -> Arrays:
    return idx.read_idx(source.path, targets or None, how.limit, source.member)


def _cifar(source: Source, how: HowToRead, targets: Sequence[str]) -> Arrays:
    return cifar.read_cifar(source.path, targets, how.limit, source.member)


def _is_workbook(source: Source) -> bool:
    sheets = ("xl/workbook.xml", "xl/workbook.bin")
    opendocument = b"opendocument.spreadsheet" in source.start[:200]
    return source.begins(excel.OLE_MAGIC) or opendocument or bool({*sheets} & {*source.members})


def _is_npy(source: Source) -> bool:
    return source.begins(b"\x93NUMPY") or any(name.endswith(".npy") for name in source.members)


def _is_idx(source: Source) -> bool:
    # The first record of CIFAR, which has nothing to know it by, may begin alike.
    head = source.start[:4]
    known = head[:2] == b"\0\0" and len(head) == 4 and head[2] in idx.TYPES and 0 < head[3] < 6
    return known and ENDINGS.get(source.ending) != endings.CIFAR


def _is_stata(source: Source) -> bool:
    return source.begins(b"<stata_dta>") or bool(STATA_OLD.match(source.start))


def _is_arff(source: Source) -> bool:
    said = [line for line in source.lines if not line.startswith("%")]
    return bool(said and ARFF_START.match(said[0]))


def _is_json(source: Source) -> bool:
    return bool(JSON_START.match(source.text.removeprefix("\ufeff")))


def _is_svmlight(source: Source) -> bool:
    lines = [line for line in source.lines if not line.startswith("#")][:20]
    return bool(lines) and all(SVMLIGHT_LINE.fullmatch(line) for line in lines)


# Those whose content is sure come first.
FORMATS: tuple[Format, ...] = (
    Format(endings.NUMPY, _npy, _is_npy, parts="array"),
    Format(
        endings.EXCEL,
        _table(excel.read_excel),
        _is_workbook,
        parts="sheet",
        modules=tuple(excel.ENGINES),
        install=excel.INSTALL,
    ),
    Format(
        endings.PARQUET,
        _table(columnar.read_parquet_table),
        _begins(b"PAR1"),
        modules=columnar.MODULES,
        install=columnar.INSTALL,
    ),
    Format(
        endings.FEATHER,
        _table(columnar.read_feather),
        _begins(b"ARROW1", b"FEA1"),
        modules=columnar.MODULES,
        install=columnar.INSTALL,
    ),
    Format(endings.MATLAB, matlab.read_matlab, _begins(*matlab.MAGICS), parts="array"),
    Format(
        endings.HDF5,
        hdf5.read_hdf5,
        _begins(hdf5.MAGIC),
        parts="dataset",
        modules=hdf5.MODULES,
        install=hdf5.INSTALL,
    ),
    Format(endings.SQLITE, _table(sqlite.read_sqlite), _begins(sqlite.MAGIC), parts="table"),
    Format(endings.SAS, _table(statistics_files.read_sas), _begins(SAS_MAGIC)),
    Format(
        endings.SAS_TRANSPORT,
        _table(statistics_files.read_sas_transport),
        _begins(SAS_TRANSPORT_MAGIC),
    ),
    Format(endings.STATA, _table(statistics_files.read_stata), _is_stata),
    Format(
        endings.SPSS,
        _table(statistics_files.read_spss),
        _begins(b"$FL2@(#)", b"$FL3@(#)"),
        modules=("pyreadstat",),
        install="pip install pyreadstat",
    ),
    Format(endings.IDX, _idx, _is_idx),
    Format(endings.CIFAR, _cifar, _by_ending_only),
    Format(endings.ARFF, _table(read_arff), _is_arff, text=True),
    Format(endings.JSON, _table(read_json), _is_json, parts="key", text=True),
    Format(endings.LIBSVM, _table(read_svmlight), _is_svmlight, text=True),
    Format(endings.DELIMITED, _delimited, _by_ending_only, text=True),
)
BY_NAME = {format.name: format for format in FORMATS}


def format_of(source: Source) -> Format | None:
    """By the content; where that leaves a choice, by the ending; text is delimited at last."""
    by_content = next((format for format in FORMATS if format.known_by(source)), None)
    by_ending = BY_NAME.get(ENDINGS.get(source.ending, ""))
    if by_content:
        return by_content
    if source.text:
        return by_ending if by_ending and by_ending.text else BY_NAME[endings.DELIMITED]
    return by_ending if by_ending and not by_ending.text else None
