"""What `kills.py` kills: a command, what it leaves, how a user goes on, and what must hold then."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from nndoctor.api.kept_runs import read_run

NNDOCTOR = (sys.executable, "-m", "nndoctor")
# saves after each epoch, where it would every thirty seconds
SAVING = "from nndoctor.api import training\ntraining.BETWEEN_SAVES = 0.0\n"
MAIN = "from nndoctor.__main__ import main\nmain()"
QUIET = ("-j", "2", "--no-progress")

RECIPE = """
[data]
path = "rows.csv"
target = "y"
test = 0.1

[model]
hidden = [8]

[optimizer]
name = "adam"
learning_rate = {rate}

[training]
epochs = {epochs}

[search]
trials = 12
stages = 2
"""
ROWS = 120


def prepare(folder: Path) -> None:
    """What the commands read: rows of three arms of a spiral, and recipes."""
    turn = np.linspace(0, 4, ROWS)
    rng = np.random.default_rng(0)
    y = np.arange(ROWS) % 3
    angle = turn + y * 2 * np.pi / 3 + rng.normal(0, 0.2, ROWS)
    table = pd.DataFrame({"a": turn * np.cos(angle), "b": turn * np.sin(angle), "y": y})
    table.to_csv(folder / "rows.csv", index=False)
    for name, epochs, rate in (("r", 120, 0.01), ("short", 20, 0.01), ("sick", 20, 1e3)):
        text = RECIPE.format(epochs=epochs, rate=rate)
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


# Compiles into a cache of its own, and notes what was there, what stayed, what had to be compiled.
COMPILING = """
import json, sys
from pathlib import Path
from numba.core.event import install_recorder
there = {{one: one.stat().st_mtime_ns for one in Path("cache").rglob("*.code")}}
with install_recorder("numba:run_pass") as passes:
{body}
kept = all(one.stat().st_mtime_ns == was for one, was in there.items())
with open("said.jsonl", "a") as file:
    print(json.dumps([values, len(there), kept, len(passes.buffer)]), file=file)
"""
UNITS = """
    import numpy as np
    from nndoctor.engine.applying import activate
    z = np.linspace(-3, 3, 7)[None]
    values = [activate(name, (), z)[0].tolist() for name in ("relu", "tanh", "gelu")]
"""
COMMAND = """
    from nndoctor.__main__ import main
    sys.argv = ["nndoctor", "check-loss", "r.toml", "-q"]
    try:
        main()
    except SystemExit as ended:
        values = ended.code or 0
"""


@dataclass(frozen=True)
class Kind:
    """`command` is killed in a folder where `before` was run to its end; it makes `outputs`.

    `again` says by what commands a user goes on, given the folder. A kill is made at any moment, or
    at most `lag` seconds after a file named like `sign` was seen. Of a round it has a `share`.
    """

    name: str
    share: int
    command: tuple[str, ...]
    outputs: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    again: Callable[["Kind", Path], list[tuple[str, ...]]] | None = None
    sign: str = ".*.part"
    lag: float = 0.004
    head: str = ""  # of the program, before the command line is read
    held: Callable[[Path], object] = field(default=lambda folder: None)  # beside the outputs

    @property
    def compiles(self) -> bool:
        """Whether it is a program of its own, whose machine code lies in its folder."""
        return self.command[0] == sys.executable

    @property
    def program(self) -> tuple[str, ...]:
        """The process that is killed."""
        if self.compiles:
            return self.command
        if self.head:
            return (sys.executable, "-c", self.head + MAIN, *self.command)
        return (*NNDOCTOR, *self.command)

    def present(self, folder: Path) -> list[Path]:
        """Those of its outputs that are there."""
        return [found for one in self.outputs for found in sorted(folder.glob(one))]

    def next(self, folder: Path) -> list[tuple[str, ...]]:
        """The commands that a user gives after the kill."""
        if self.again is not None:
            return self.again(self, folder)
        return [(*self.command, *["--force"] * bool(self.present(folder)))]


def _resumed(kind: Kind, folder: Path) -> list[tuple[str, ...]]:
    """Goes on with the network that is there, else begins anew."""
    if not (folder / "net.npz").exists():
        return [kind.command]
    words = [one for one in kind.command if one not in ("--save", "--resume", "net.npz")]
    return [(*words, "--resume", "net.npz", "--save", "net.npz")]


def _run_resumed(kind: Kind, folder: Path) -> list[tuple[str, ...]]:
    """What `train` advises: to go on in the folder if there is a network in it, else --force."""
    run = folder / "run"
    if not run.is_dir() or not any(one.name[0] != "." for one in run.iterdir()):
        return [kind.command]
    if not (run / "model.npz").exists():
        return [(*kind.command, "--force")]
    return [("train", "run/recipe.toml", "--resume", "run", *QUIET)]


def _one_more(kind: Kind, folder: Path) -> list[tuple[str, ...]]:
    return [kind.command, ("runs", "list", "runs")]


def _study_resumed(kind: Kind, folder: Path) -> list[tuple[str, ...]]:
    more = ["--resume"] * (folder / "s.journal").exists()
    return [(*kind.command, *more, *["--force"] * (folder / "best.toml").exists())]


def _told_once(folder: Path) -> None:
    """A folder that was resumed tells each epoch once, to whoever reads it."""
    epochs = [one["epoch"] for one in read_run(folder / "run").epochs]
    assert epochs == sorted(set(epochs)), "an epoch is told twice"


def _twice(kind: Kind, folder: Path) -> list[tuple[str, ...]]:
    return [kind.command] * 2


def _compiled_once(folder: Path) -> None:
    """Right in each process, what was there stayed, and the last one compiled nothing."""
    lines = (folder / "said.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    assert len({json.dumps(values) for values, *_ in said}) == 1, "other values"
    assert all(kept for _, _, kept, _ in said), "code that was there was compiled again"
    assert said[-1][-1] == 0, "the last process compiled"
    assert not any(folder.rglob("*.tmp")), "half a file stays"


def _compiling(body: str) -> tuple[str, ...]:
    return (sys.executable, "-c", COMPILING.format(body=body))


TRAIN = ("train", "r.toml", *QUIET)
SAVE = (*TRAIN, "--save", "net.npz")
MORE = (*TRAIN, "--set", "training.epochs=240", "--resume", "net.npz", "--save", "net.npz")
PREDICT = ("predict", "net.npz", "rows.csv", "--out", "answers.csv")
SEARCH = ("search", "short.toml", *QUIET, "--study", "s.journal", "--write", "best.toml")

KINDS = (
    Kind("train --save", 8, SAVE, ("net.npz",), again=_resumed, lag=0.3, head=SAVING),
    Kind("train --resume --save", 7, MORE, ("net.npz",), (SAVE,), _resumed, lag=0.3, head=SAVING),
    Kind(
        "train --run",
        8,
        (*TRAIN, "--run", "run"),
        ("run/[!.]*",),
        again=_run_resumed,
        sign="run",
        lag=0.6,
        head=SAVING,
        held=_told_once,
    ),
    Kind("train --runs", 3, (*TRAIN, "--runs", "runs"), (), again=_one_more, sign="runs", lag=0.6),
    Kind(
        "train --events", 3, (*TRAIN, "--events", "e.jsonl"), ("e.jsonl",), sign="e.jsonl", lag=0.3
    ),
    Kind(
        "checkup --write",
        3,
        ("checkup", "sick.toml", *QUIET, "--budget", "20", "--write", "w.toml"),
        ("w.toml",),
    ),
    Kind(
        "check-loss --save-recipe",
        2,
        ("check-loss", "r.toml", *QUIET, "--save-recipe", "s.toml"),
        ("s.toml",),
    ),
    Kind("check-loss --html", 3, ("check-loss", "r.toml", *QUIET, "--html", "p.html"), ("p.html",)),
    Kind("surface --html", 2, ("surface", "--steps", "20", "--html", "a.html"), ("a.html",)),
    Kind(
        "lr-sweep --save-plots",
        4,
        ("lr-sweep", "r.toml", *QUIET, "--updates", "20", "--save-plots", "plots"),
        ("plots/*.svg",),
        lag=0.5,
    ),
    Kind("predict --out", 3, PREDICT, ("answers.csv",), (SAVE,)),
    Kind(
        "search --study --write",
        6,
        SEARCH,
        ("s.journal", "best.toml"),
        again=_study_resumed,
        sign="s.journal",
        lag=1.0,
    ),
    Kind("init", 2, ("init", "rows.csv", "-t", "y", "--out", "i.toml"), ("i.toml",)),
    Kind("recipes copy", 2, ("recipes", "copy", "raw-inputs", "c.toml"), ("c.toml", "tumours.csv")),
    *(
        Kind(
            f"machine code of {what}",
            count,
            _compiling(body),
            ("cache/numba/*/*.code",),
            again=_twice,
            sign="*.tmp",
            held=_compiled_once,
        )
        for what, count, body in (("units", 3, UNITS), ("a command", 1, COMMAND))
    ),
)
