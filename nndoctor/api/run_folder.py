"""One folder for a run: its recipe, its network, what happened in it, its result."""

import shlex
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..findings import Report
from ..limits import refuse_device
from ..outputs import claimed, holds_files, write_text
from ..report.document import render_json
from ..report.kept import RESULT
from ..setup import Setup, rows_claimed, save_recipe

RECIPE, NETWORK, EVENTS = "recipe.toml", "model.npz", "events.jsonl"
FILES = (RECIPE, NETWORK, EVENTS, RESULT)


@dataclass(frozen=True)
class RunFolder:
    """Where things lie in it."""

    path: Path

    @property
    def network(self) -> Path:
        """The saved network."""
        return self.path / NETWORK

    @property
    def events(self) -> Path:
        """A line of JSON for each epoch and event."""
        return self.path / EVENTS

    def keep(self, report: Report) -> None:
        """The result, once there is one."""
        write_text(self.path / RESULT, render_json(report))


@contextmanager
def run_folder(path: Path, setup: Setup, force: bool = False) -> Iterator[RunFolder]:
    """Makes the folder, and those it lies in, and keeps its places for this run.

    Without `force` it has to be empty.
    """
    refuse_device(path)
    if path.is_dir() and not force and holds_files(path):
        again = f"--resume {path} goes on with the run in it"
        if not (path / NETWORK).exists():  # killed before there was one, or another folder
            again = "--force replaces the files of the same names in it"
        raise UsageError(f"{path} is not empty", f"name another folder; {again}")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path} can't be made: {error.strerror or error}", "name another folder"
        ) from None
    with ExitStack() as claims:
        for name in (RECIPE, RESULT):  # the other two are claimed where they are written
            claims.enter_context(claimed(path / name, (), force))
        claims.enter_context(rows_claimed(setup, path / RECIPE, force))
        save_recipe(setup, path / RECIPE)
        (path / RESULT).unlink(missing_ok=True)  # that of an earlier run
        yield RunFolder(path)


def network_in(resume: Path | None) -> Path | None:
    """The saved network of a run folder; a file is one itself. Raises UsageError without one."""
    if resume is None:
        return None
    refuse_device(resume)
    if not resume.is_dir():
        return resume
    if not (resume / NETWORK).exists():  # killed before there was one
        again = f"--run {shlex.quote(str(resume))} --force, without --resume, begins anew"
        raise UsageError(f"{resume} holds no {NETWORK} to go on with", again)
    return resume / NETWORK


def going_on(network: Path) -> str:
    """The options that go on with a saved network: with its run folder, where it lies in one."""
    if network.name == NETWORK and (network.parent / EVENTS).is_file():
        return f"--resume {shlex.quote(str(network.parent))}"
    there = shlex.quote(str(network))
    return f"--resume {there} --save {there}"


def new_run(runs: Path, setup: Setup) -> Path:
    """A folder in `runs`, which is made where it is not there, named by time and recipe."""
    try:
        runs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{runs} can't be made: {error.strerror or error}", "name another folder"
        ) from None
    stem = Path(setup.argument.split()[0] if setup.argument else setup.name).stem
    name = f"{time.strftime('%Y-%m-%dT%H-%M-%S')}-{stem}"
    same = sum(1 for one in runs.iterdir() if one.name.startswith(name))
    return runs / (f"{name}-{same + 1}" if same else name)
