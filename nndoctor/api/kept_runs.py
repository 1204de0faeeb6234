"""Run folders read again: a list of them, and two of them side by side."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..findings import Cell, Curves, Series, Table
from ..limits import refuse_device
from ..recipe import differences, load
from ..report.kept import RESULT
from .following import wide_range
from .run_folder import EVENTS, RECIPE

UNFINISHED = "not finished: still running, or killed"
ONE_EACH = "one run each: a difference may be chance; training.ensemble.runs trains several seeds"


@dataclass(frozen=True)
class KeptRun:
    """What a run folder holds; `result` is empty where the run has not ended."""

    path: Path
    start: dict[str, Any]
    epochs: tuple[dict[str, Any], ...]
    end: dict[str, Any]
    result: dict[str, Any]

    @property
    def ended(self) -> str:
        """How, in a word."""
        ending = str(self.end.get("ending", UNFINISHED)).replace("_", " ")
        return "NaN or infinite" if ending == "non finite loss" else ending

    @property
    def verdict(self) -> str:
        """That of the report, "-" where there is none yet."""
        return str(self.result.get("verdict", "-")).upper()

    @property
    def held(self) -> str:
        """Which rows its score is of."""
        return "validation" if self.start.get("validation_rows") else "training"

    def last(self, name: str) -> float | None:
        """A number of the last epoch; None where there is none."""
        return _number(self.epochs[-1].get(name)) if self.epochs else None

    @property
    def score(self) -> float | None:
        """Of the network as it was kept, on the rows that judge it."""
        for finding in self.result.get("findings", ()):
            if finding.get("code") == "ND405" and finding.get("measured") is not None:
                return _number(finding["measured"])
        return self.last("validation_score" if self.held == "validation" else "score")


def list_runs(folder: str | Path = "runs") -> Table:
    """The run folders in a folder, oldest first. Raises DataError where there is none."""
    folder = Path(folder)
    refuse_device(folder)
    places = sorted(folder.iterdir()) if folder.is_dir() else []
    found = [read_run(place) for place in places if (place / EVENTS).is_file()]
    if not found and (folder / EVENTS).is_file():
        beside = shlex.quote(str(folder.resolve().parent))
        hint = f"nndoctor runs {beside} lists it"
        if (folder / RESULT).is_file():
            hint = f"nndoctor report {shlex.quote(str(folder))} shows it, {hint}"
        raise DataError(f"{folder} is a run itself", hint)
    if not found:
        raise DataError(
            f"{folder} holds no runs", f"nndoctor train RECIPE --runs {folder} keeps one"
        )
    rows = tuple(
        (
            run.path.name,
            str(run.start.get("recipe", "-")),
            run.verdict,
            run.score,
            f"{run.held} {run.start.get('metric', 'score')}",
            run.last("epoch"),
            run.ended,
        )
        for run in found
    )
    columns = ("run", "recipe", "verdict", "score", "of", "epochs", "ended")
    return Table(f"runs in {folder}", columns, rows)


def compare_runs(one: str | Path, other: str | Path) -> tuple[Table | Curves, ...]:
    """Where two runs differ: their recipes, what came of them, and their curves."""
    pair = read_run(Path(one)), read_run(Path(other))
    names = _names(*pair)
    recipes = [load(run.path / RECIPE).recipe for run in pair]
    rows = tuple(
        (key, _shown(was), _shown(now))
        for key, was, now in differences(recipes[0], recipes[1], {"title"})
    )
    told = "" if rows else "the recipes are equal"
    return (
        Table("recipes", ("key", *names), rows, told),
        Table("results", ("", *names), tuple(_outcome(*pair)), ONE_EACH),
        *(curves for key in ("loss", "score") for curves in _curves(pair, names, key)),
    )


def read_run(path: Path) -> KeptRun:
    """A run folder, whole or not: lines that were cut short are left out. Raises DataError."""
    refuse_device(path / EVENTS)
    try:
        lines = (path / EVENTS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise DataError(
            f"{path} is no run folder: {error.strerror or error}",
            "nndoctor train RECIPE --run DIR makes one",
        ) from None
    events = [*_parsed(lines)]
    first = next((one.get("seed") for one in events), None)
    own = [one for one in events if one.get("seed") == first]  # of several runs the first
    kinds = {kind: [one for one in own if one.get("event") == kind] for kind in ("start", "epoch")}
    # a run that was killed, and went on from where it was saved last, tells some epochs again
    epochs = tuple({one.get("epoch"): one for one in kinds["epoch"]}.values())
    last = own[-1] if own and own[-1].get("event") == "end" else {}
    started = kinds["start"][-1] if kinds["start"] else {}
    return KeptRun(path, started, epochs, last, _result(path / RESULT))


def _parsed(lines: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def _result(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _names(one: KeptRun, other: KeptRun) -> tuple[str, str]:
    """By the folders' names where these differ, else by their paths."""
    names = one.path.resolve().name, other.path.resolve().name
    return names if names[0] != names[1] else (str(one.path), str(other.path))


def _outcome(one: KeptRun, other: KeptRun) -> Iterator[tuple[Cell, ...]]:
    yield "verdict", one.verdict, other.verdict
    yield "ended", one.ended, other.ended
    metric = one.start.get("metric", "score"), other.start.get("metric", "score")
    for label, name in (
        ("epochs", "epoch"),
        ("updates", "updates"),
        ("training loss", "loss"),
        ("validation loss", "validation_loss"),
        (f"training {metric[0]}", "score"),
        (f"validation {metric[0]}", "validation_score"),
        ("seconds", "seconds"),
    ):
        yield label, _text(one.last(name)), _text(other.last(name))
    yield f"{one.held} {metric[0]} of the network kept", _text(one.score), _text(other.score)


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def _curves(pair: tuple[KeptRun, KeptRun], names: tuple[str, str], key: str) -> Iterator[Curves]:
    """Both on the same axes where they tell of the same, else each on its own."""
    found: dict[str, list[Series]] = {}
    for run, name in zip(pair, names, strict=True):
        which = f"validation_{key}" if run.held == "validation" else key
        points = [(_number(e.get("epoch")), _number(e.get(which))) for e in run.epochs]
        known = [(x, y) for x, y in points if x is not None and y is not None]
        if len(known) > 1:  # one point is no curve
            x, y = zip(*known, strict=True)
            label = "loss" if key == "loss" else str(run.start.get("metric", "score"))
            line = Series(name, x, y, "epoch", label)
            found.setdefault(f"{run.held} {label}", []).append(line)
    for told, lines in found.items():
        values = [y for line in lines for y in line.y]
        wide = key == "loss" and wide_range(values)
        yield Curves(told, tuple(replace(line, log_y=wide) for line in lines))


def _number(value: object) -> float | None:
    """Of a line: NaN and infinity are written as words."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value) if not isinstance(value, int) else value  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
