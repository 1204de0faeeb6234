"""Public tables that Python packages ship, and what each of them is.

The files are taken where the packages keep them; the few that are written here are written as
people save such a table. What is true of them stands in `truths.toml`.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile
from typing import Any

import pandas as pd
from sources import CLASSES, REGRESSION

TRUTHS = Path(__file__).with_name("truths.toml")
NUMBER, CLASS = "number", "class"
ALIKE = {NUMBER: {NUMBER, "code"}}  # a few whole numbers may be told as codes
MARK = "#"  # before the position of a column, from 1, in a file that names none


@dataclass(frozen=True)
class Known:
    """What people know of one table, in the words of `truths.toml`.

    `kinds` holds the kinds that are right of each column that is not simply a number.
    """

    package: str
    file: str
    rows: int
    columns: int
    task: str
    target: str
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: int = 0
    flaw: str = ""
    read: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Package and file, without the folders between them."""
        return f"{self.package}/{Path(self.file).name}"

    @property
    def asked_target(self) -> str:
        """As a user would name it on the command line."""
        return "-1" if self.target.startswith(MARK) else self.target  # then it is the last one

    def allowed(self, column: str, position: int) -> set[str]:
        """The kinds that are right for a column, by its name or its position from 1."""
        kinds = self.kinds.get(column) or self.kinds.get(f"{MARK}{position}") or (NUMBER,)
        return set().union(*(ALIKE.get(kind, {kind}) for kind in kinds))

    def inputs(self, frame: pd.DataFrame, kind: str) -> list[str]:
        """The columns of `frame()` beside the target that are of this kind first of all."""
        names = [name for name in frame.columns if name != self.target]
        return [name for name in names if self.kinds.get(name, (NUMBER,))[0] == kind]

    @property
    def place(self) -> Path | None:
        """Where the file lies, the package itself for one that is written; None without it."""
        found = find_spec(self.package)
        if found is None or not found.submodule_search_locations:
            return None
        home = Path(found.submodule_search_locations[0])
        return home if self.file in WRITTEN else home / self.file

    def put(self, folder: Path) -> Path:
        """The file as it is, under its own name; its package has to be installed."""
        path = folder / Path(self.file).name
        if self.file in WRITTEN:
            make, settings = WRITTEN[self.file]
            make().to_csv(path, **settings)
        else:
            assert self.place is not None
            copyfile(self.place, path)
        return path

    def frame(self) -> pd.DataFrame:
        """The table as pandas reads it when it is told everything."""
        if self.file in WRITTEN:
            make, settings = WRITTEN[self.file]
            frame = make() if settings.get("index") is False else make().reset_index()
        else:
            assert self.place is not None
            reader = READERS.get(Path(self.file).suffix, pd.read_csv)
            frame = reader(self.place, **self.read)
        if any(name.startswith(MARK) for name in (self.target, *self.kinds)):
            known = {self.target, *self.kinds}
            frame.columns = pd.Index(
                name if name in known else f"{MARK}{position}"
                for position, name in enumerate(frame.columns, 1)
            )
        return frame


def _arff(path: Path) -> pd.DataFrame:
    from scipy.io.arff import loadarff

    frame = pd.DataFrame(loadarff(path)[0])
    texts = frame.select_dtypes(exclude="number").columns
    return frame.assign(**{name: frame[name].str.decode("utf-8") for name in texts})


READERS: dict[str, Callable[..., pd.DataFrame]] = {".json": pd.read_json, ".arff": _arff}


def _bunch(load: str, **settings: Any) -> pd.DataFrame:
    """One of scikit-learn's tables with its names, classes as words."""
    from sklearn import datasets

    bunch = getattr(datasets, load)(as_frame=True, **settings)
    labels = bunch.get("target_names")
    frame: pd.DataFrame = bunch.frame
    if labels is None:
        return frame
    return frame.assign(target=[str(labels[number]) for number in frame["target"]])


# By file: how the table is made, and how people save it: with pandas' index, without, and as a
# spreadsheet does where a comma is the decimal point.
WRITTEN: dict[str, tuple[Callable[[], pd.DataFrame], dict[str, Any]]] = {
    "wine.csv": (partial(_bunch, "load_wine"), {}),
    "breast_cancer.csv": (partial(_bunch, "load_breast_cancer"), {"index": False}),
    "diabetes.csv": (
        partial(_bunch, "load_diabetes", scaled=False),
        {"sep": ";", "decimal": ",", "index": False},
    ),
}


def truths(path: Path = TRUTHS) -> tuple[Known, ...]:
    """All tables of the file, in its order."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_known(key, table) for key, table in found.items())


def _known(key: str, table: Mapping[str, Any]) -> Known:
    package, _, file = key.partition("/")
    rows, columns = table["shape"]
    (task,) = {CLASSES, REGRESSION} & table.keys()
    kinds = {
        column: tuple(kinds.split(" or "))
        for kinds, columns in table.get("kinds", {}).items()
        for column in columns
    }
    read = {
        name: None if value is False else value for name, value in table.get("read", {}).items()
    }
    told = {name: table[name] for name in ("gaps", "flaw") if name in table}
    return Known(package, file, rows, columns, task, table[task], kinds, read=read, **told)
