"""Cases of the scoreboard: ID/recipe.toml, ID/case.json and data/, read and written."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from sources import Table

from nndoctor.recipe import build, to_toml

RECIPE, FACTS, DATA = "recipe.toml", "case.json", "data"


@dataclass(frozen=True)
class Case:
    """One program and what is known of it; `corpus/README.md` says what the words mean."""

    id: str
    folder: Path
    healthy: bool
    causes: tuple[str, ...] = ()
    also_right: tuple[str, ...] = ()
    severity: str = "none"
    published: Mapping[str, Mapping[str, Any]] | None = None

    @property
    def recipe(self) -> Path:
        """Where its recipe lies."""
        return self.folder / RECIPE

    @property
    def silent(self) -> bool:
        """Whether its fault has no effect on the score."""
        return self.severity == "silent"


def load_case(folder: Path) -> Case:
    """The case in one folder."""
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return Case(
        id=facts["id"],
        folder=folder,
        healthy=facts["healthy"],
        causes=tuple(facts["causes"]),
        also_right=tuple(facts["also_right"]),
        severity=facts["severity"],
        published=facts["published_tools"],
    )


def load_cases(folder: Path, pattern: str = "*") -> list[Case]:
    """All cases in a folder whose id matches, in the order of their ids."""
    folders = sorted(path.parent for path in folder.glob(f"*/{FACTS}"))
    return [load_case(path) for path in folders if fnmatch(path.name, pattern)]


@dataclass(frozen=True)
class Writer:
    """Writes cases into the folder `out`; equal tables are written once."""

    out: Path

    def recipe(self, tables: Mapping[str, Any], table: Table) -> str:
        """The recipe as TOML on this table, which is written where it is not there yet."""
        path = f"../{DATA}/{self.data(table).name}"
        data = {"path": path, "target": table.target, "task": table.task}
        return to_toml(build({**tables, "data": data | tables.get("data", {})}))

    def case(self, id: str, text: str, facts: Mapping[str, Any]) -> None:
        """A recipe with what is known of it."""
        folder = self.out / id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RECIPE).write_text(text, encoding="utf-8")
        known = {"id": id, "causes": [], "also_right": [], "published_tools": None, **facts}
        (folder / FACTS).write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")

    def data(self, table: Table) -> Path:
        """Where the table lies, written where it was not there yet."""
        text = "\n".join(_lines(table)) + "\n"
        name = f"{table.name}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.csv"
        path = self.out / DATA / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def _lines(table: Table) -> Iterator[str]:
    target = [table.target] if isinstance(table.target, str) else table.target
    yield ",".join([*(f"x{i}" for i in range(table.x.shape[1])), *target])
    for x, y in zip(table.x, table.y, strict=True):
        yield ",".join(f"{value:.7g}" for value in (*x, *y))
