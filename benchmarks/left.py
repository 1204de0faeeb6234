"""Files that a command left, read back: what a whole one says, and an error for anything less."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from nndoctor.recipe import load
from nndoctor.setup import load_model


def contents(path: Path) -> Any:
    """What a whole file says, without times; raises where it is anything less."""
    return READERS[path.suffix](path)


def _network(path: Path) -> Any:
    load_model(path)
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name].tobytes() for name in archive.files if name != "notes"}


def _recipe(path: Path) -> str:
    load(path)
    return path.read_text(encoding="utf-8")


def _page(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    assert text.rstrip().endswith("</html>"), f"{path.name} is cut short"
    return text.count("<svg")


def _figure(path: Path) -> bytes:
    ElementTree.parse(path)
    return path.read_bytes()


def _rows(path: Path) -> str:
    return str(pd.read_csv(path).to_csv())


def _result(path: Path) -> str:
    found = json.loads(path.read_text(encoding="utf-8"))
    return str(found["verdict"])


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Of a text that grows; at most its last line may be the beginning of one."""
    *lines, _ = path.read_text(encoding="utf-8").split("\n")
    yield from map(json.loads, lines)


def _events(path: Path) -> list[Any]:
    """The epochs; a run that went on may have told one a second time, in the same numbers."""
    told = [one for one in _whole_lines(path) if one["event"] == "epoch"]
    return sorted({(one["epoch"], one["loss"], one["validation_loss"]) for one in told})


def _trials(path: Path) -> list[Any]:
    """Of a study: what was tried and what came of it, each once."""
    made = [one for one in _whole_lines(path) if one["op_code"] == 4]
    said = [one["user_attrs"] for one in made]
    found = [
        (one["study_id"], about["number"], one["params"], one["value"], about["outcome"])
        for one, about in zip(made, said, strict=True)
    ]
    assert len({one[:2] for one in found}) == len(found), "a trial was kept twice"
    return sorted(found, key=lambda one: one[:2])


def _code(path: Path) -> str:
    return path.stem  # its stamp is looked at by whoever loads it


READERS: dict[str, Callable[[Path], Any]] = {
    ".npz": _network,
    ".toml": _recipe,
    ".html": _page,
    ".svg": _figure,
    ".csv": _rows,
    ".json": _result,
    ".jsonl": _events,
    ".journal": _trials,
    ".code": _code,
}
