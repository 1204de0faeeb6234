"""Spoiled inputs of every kind through the command line, in one process: benchmarks/fuzz.py.

    python benchmarks/fuzz.py --count 2000
    python benchmarks/fuzz.py --seed 3 --only 1234 --keep folder

Allowed is a result (exit code 0, 1 or 4), or exit code 2 with a message. A child process takes one
input after the other; one that dies, or takes more than its seconds or its memory, is a finding.
What was done is kept in a file, and the next call goes on from it.
"""

import argparse
import contextlib
import faulthandler
import io
import json
import os
import queue
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from mutations import (
    KEYS,
    LABELS,
    ODD,
    RECIPES,
    Random,
    plausible,
    sound_files,
    spoiled_file,
    spoiled_model,
    spoiled_text,
)

SECONDS = 60.0  # for one input; most take a tenth of one, with units to compile on a busy core more
MEMORY = 8 << 30  # bytes of address space, of which numba and BLAS take two
FINE = ("result", "refused")
HANGS = "where.txt"
TARGETS = {"svm": "-1", "npy": "-1", "idx": "labels.idx"}
QUIET = ("--no-progress", "-q", "-j", "1")
LOOKS = (("setup", "report"), ("data", "report"), ("check-loss",), ("train", "--budget", "0.2"))
OPTIONS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("checkup", "--fast"): ("--budget", "--write"),
    ("train", "--budget", "0.1"): ("--save", "--resume", "--budget"),
    ("setup", "report"): (),
    ("data", "report"): (),
    ("check-loss",): (),
    ("grad-check",): ("--rows", "--samples", "--after"),
    ("lr-sweep", "--updates", "10", "--count", "3"): ("--low", "--high", "--count", "--updates"),
    ("updates", "--updates", "5"): ("--updates",),
    ("dead-units", "--after", "5"): ("--after",),
    ("activations", "report"): ("--after", "--compare-inits"),
    ("bias-variance", "--epochs", "1", "--no-learning-curve"): ("--target-error", "--epochs"),
    ("treat",): ("--cause",),
    ("explain",): (),
    ("predict", "model.npz"): ("--out", "--dropout-samples"),
}
COMMON = (
    "--target",
    "--set",
    "--seed",
    "--select",
    "--ignore",
    "--save-recipe",
    "--jobs",
    "--format",
    "--fail-on",
    "--color",
    "--drop",
    "--features",
    "--missing",
    "--split",
    "--group",
    "--names",
    "--encoding",
    "--table",
    "--on-bad-lines",
    "--force",
    "--quiet",
    "--verbose",
    "--nonsense",
)
WORDS = (
    "0", "-1", "1", "2", "3.5", "nan", "inf", "-inf", "1e400", "9" * 400, "9" * 5000, "", " ", "a",
    "y", "a,b", "~nobody-here/x", "x" * 300, "pipe", "/dev/zero", "/dev/null", ".", "table.csv",
    "model.npz", "recipe.toml", "nothing.csv", "out.npz", "out.toml", "\x1b[31m", "\u202e", "ND3",
    "json", "text", "relu", "xavier", "utf-16", "learning_rate_too_high", "--", "60s", "1e-3",
    "training.epochs=2", "data.target=y", "model.hidden=[2]",
)  # fmt: skip
# Nothing that asks for long work: a billion updates are made if somebody wants them.
NUMERIC = ("0", "1", "2", "3", "5", "17", "0.5", "1e-3", "1000", "99999999999")
FITTING = {
    "--set": ("training.epochs=2", "model.hidden=[2]", "training.batch_size=7"),
    "--select": ("ND3", "ND1,ND2", "ND"), "--ignore": ("ND3", "ND"), "--format": ("json", "text"),
    "--fail-on": ("note", "warning", "error", "never"), "--color": ("always", "never"),
    "--save": ("out.npz",), "--save-recipe": ("out.toml",), "--write": ("out.toml",),
    "--resume": ("model.npz",), "--out": ("out.csv",), "--optimizer": ("adam", "sgd"),
    "--cause": ("learning_rate_too_high", "dead_relu"), "--compare-inits": ("xavier", "zeros"),
}  # fmt: skip


class Case(NamedTuple):
    """One input: the kind it is counted under, and the command line."""

    kind: str
    arguments: list[str]


class Maker:
    """Makes the input of a number, always the same: files in the working folder, and a command."""

    def __init__(self, seed: int) -> None:
        self.seed, self.files = seed, sound_files()
        self.model = Path("model.npz")

    def prepare(self) -> None:
        """What inputs refer to: a table, a recipe, a saved network and a pipe that nobody feeds."""
        Path("table.csv").write_bytes(self.files["csv"])
        Path("labels.idx").write_bytes(LABELS)
        Path("recipe.toml").write_text(RECIPES[0], encoding="utf-8")
        if not Path("pipe").exists():
            os.mkfifo("pipe")
        if not self.model.exists():
            run(["train", "recipe.toml", "--save", "model.npz", *QUIET])
        self.good_model = self.model.read_bytes()

    def __call__(self, number: int) -> Case:
        rng = random.Random(f"{self.seed}-{number}")
        Path("table.csv").write_bytes(self.files["csv"])
        self.model.write_bytes(self.good_model)
        makers: tuple[Callable[[Random], Case], ...] = (
            self.recipe,
            self.override,
            self.data,
            self.data,
            self.saved,
            self.command,
        )
        return rng.choice(makers)(rng)

    def recipe(self, rng: Random) -> Case:
        text = spoiled_text(rng.choice(RECIPES), rng)
        name = rng.choice(("spoiled.toml",) * 9 + ("spoiled.json",))
        Path(name).write_text(text, encoding="utf-8", errors="replace")
        return Case("recipe", [*rng.choice(LOOKS), name, *QUIET])

    def override(self, rng: Random) -> Case:
        Path("spoiled.toml").write_text(rng.choice(RECIPES), encoding="utf-8")
        told = []
        for key in rng.sample(KEYS, rng.randint(1, 3)):
            value = rng.choice(ODD) if rng.random() < 0.3 else plausible(key, rng)
            told += ["--set", f"{key}={value}"]
        return Case("--set", [*rng.choice(LOOKS), "spoiled.toml", *told, *QUIET])

    def data(self, rng: Random) -> Case:
        ending = rng.choice([*self.files])
        path = Path(f"spoiled.{ending}")
        path.write_bytes(spoiled_file(ending, self.files[ending], rng))
        if rng.random() < 0.15:
            return Case(f"data .{ending}", ["predict", "model.npz", str(path), "-q"])
        target = ["--target", TARGETS.get(ending, "y")] * (rng.random() < 0.9)
        return Case(f"data .{ending}", [*rng.choice(LOOKS[:3]), str(path), *target, *QUIET])

    def saved(self, rng: Random) -> Case:
        content = spoiled_model(self.model, rng)
        Path("spoiled.npz").write_bytes(content)
        if rng.random() < 0.5:
            return Case("model", ["predict", "spoiled.npz", "table.csv", "-q"])
        more = rng.choice(([], ["--set", "training.epochs=6"]))
        go_on = ["train", "recipe.toml", "--resume", "spoiled.npz", "--budget", "0.2", *more]
        return Case("checkpoint", [*go_on, *QUIET])

    def command(self, rng: Random) -> Case:
        words = list(rng.choice([*OPTIONS]))
        own = OPTIONS[tuple(words)]
        source = rng.choice(("recipe.toml",) * 8 + ("table.csv", rng.choice(WORDS)))
        words += ["ND301"] if words == ["explain"] else [source]
        for _ in range(rng.choice((1, 1, 2))):
            option = rng.choice(own) if own and rng.random() < 0.7 else rng.choice(COMMON)
            words += [
                option,
                rng.choice(WORDS if rng.random() < 0.5 else FITTING.get(option, NUMERIC)),
            ]
        return Case("command line", words + ["--no-progress"] * (words[0] not in ("explain",)))


class Outcome(NamedTuple):
    """What came of an input, and what tells one failure from another."""

    outcome: str
    signature: str = ""
    told: str = ""


def run(arguments: list[str]) -> Outcome:
    """The command line in this process."""
    from nndoctor.cli import app

    bugs: list[BaseException] = []

    def bug(error: BaseException) -> int:
        bugs.append(error)
        return 3

    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["nndoctor", *arguments]
    code: object = None
    try:
        with (
            mock.patch.object(app, "_bug", bug),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            app.main()
    except SystemExit as stop:
        code = stop.code or 0
    except BaseException as error:
        bugs.append(error)
    told = err.getvalue()
    if bugs:
        frames = traceback.extract_tb(bugs[0].__traceback__)
        ours = [one for one in frames if "nndoctor" in one.filename] or frames
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        trace = "".join(traceback.format_exception(bugs[0]))
        return Outcome("traceback", f"{type(bugs[0]).__name__} at {where}", trace)
    if code == 3 or "a bug of nndoctor" in out.getvalue():
        at = out.getvalue().find("a bug of nndoctor")
        return Outcome("broken check", out.getvalue()[at : at + 120], out.getvalue())
    if code in (0, 1, 4):
        return Outcome("result", told=out.getvalue() + told)
    if code == 2 and ("rror" in told):
        return Outcome("refused", told=told)
    return Outcome("silent", f"exit code {code}, {told[:80]!r}", told)


def work(seed: int, folder: Path) -> None:
    """The child: a number on stdin, its outcome on stdout."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what compiled libraries may print
    os.dup2(1, 2)
    os.chdir(folder)
    maker = Maker(seed)
    maker.prepare()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    where = (folder / HANGS).open("w")
    faulthandler.enable(where)
    for line in sys.stdin:
        case = maker(int(line))
        print(json.dumps([case.kind, case.arguments]), file=answers, flush=True)
        where.truncate(0)
        faulthandler.dump_traceback_later(SECONDS - 2, file=where)
        outcome = run(case.arguments)
        faulthandler.cancel_dump_traceback_later()
        print(json.dumps(outcome[:2]), file=answers, flush=True)


class Child:
    """A process that takes inputs until it dies."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, __file__, "--child", str(folder), "--seed", str(seed)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        # two answers may come in one piece: `select` would not see the second one in its buffer
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put("")

    def __call__(self, number: int) -> tuple[Case, Outcome]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n")
        case = Case(*(self._answer(120.0) or ("not made", [])))  # the first one waits for imports
        told = self._answer(SECONDS)
        return case, self._death() if told is None else Outcome(*told)

    def _answer(self, seconds: float) -> Any:
        try:
            line = self.answers.get(timeout=seconds)
        except queue.Empty:
            return None
        return json.loads(line) if line else None

    def _death(self) -> Outcome:
        try:
            code = self.process.wait(0.5)
        except subprocess.TimeoutExpired:
            self.stop()
            return Outcome("hang", self._place())
        return Outcome("death", f"died of {code}, {self._place()}")

    def _place(self) -> str:
        """The innermost lines of ours that were running."""
        told = (self.folder / HANGS).read_text(encoding="utf-8", errors="replace").splitlines()
        return " < ".join([one.strip() for one in told if "nndoctor/" in one][:2])

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def outcomes(seed: int, numbers: range, seconds: float) -> Iterator[tuple[int, Case, Outcome]]:
    """The outcome of each input, until the time is over."""
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        child = Child(seed, Path(folder))
        try:
            for number in numbers:
                if time.monotonic() > end:
                    return
                if not child.alive:
                    child.stop()
                    child = Child(seed, Path(folder))
                yield number, *child(number)
        finally:
            child.stop()


def shown(counts: dict[str, dict[str, int]]) -> str:
    """Kinds of input by outcomes, as a table."""
    columns = [*FINE, *sorted({one for seen in counts.values() for one in seen} - {*FINE})]
    totals = {one: sum(seen.get(one, 0) for seen in counts.values()) for one in columns}
    lines = [f"| input | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    for kind, seen in [*sorted(counts.items()), ("all", totals)]:
        lines.append(f"| {kind} | {' | '.join(str(seen.get(one, 0)) for one in columns)} |")
    return "\n".join(lines)


def main() -> int:
    """Runs the inputs that are due; 1 where one of them failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000, help="how many inputs, from number 0")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--state", type=Path, help="a file to go on from")
    parser.add_argument("--only", type=int, help="one input, in this process, told at length")
    parser.add_argument("--keep", type=Path, help="with --only: the folder for its files")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        work(asked.seed, asked.child)
        return 0
    if asked.only is not None:
        return one(asked.seed, asked.only, asked.keep)
    state: dict[str, Any] = {"seed": asked.seed, "done": 0, "counts": {}, "failures": {}}
    if asked.state and asked.state.exists():
        state = json.loads(asked.state.read_text(encoding="utf-8"))
    numbers = range(state["done"], asked.count)
    for number, case, outcome in outcomes(state["seed"], numbers, asked.seconds):
        seen = Counter(state["counts"].get(case.kind, {}))
        seen[outcome.outcome] += 1
        state["counts"][case.kind] = dict(seen)
        if outcome.outcome not in FINE:
            known = state["failures"].setdefault(f"{outcome.outcome}: {outcome.signature}", [])
            known.append(number)
            if len(known) == 1:
                print(f"{outcome.outcome}: {outcome.signature}\n  {case.arguments!r:.300}")
                print(
                    f"  python benchmarks/fuzz.py --seed {state['seed']} --only {number}",
                    flush=True,
                )
        state["done"] = number + 1
        if asked.state and number % 50 == 0:
            asked.state.write_text(json.dumps(state), encoding="utf-8")
    if asked.state:
        asked.state.write_text(json.dumps(state), encoding="utf-8")
    print(shown(state["counts"]))
    return int(bool(state["failures"]))


def one(seed: int, number: int, keep: Path | None) -> int:
    """A single input once more, with everything it says."""
    with tempfile.TemporaryDirectory() as made:
        folder = (keep or Path(made)).resolve()
        folder.mkdir(exist_ok=True)
        os.chdir(folder)
        maker = Maker(seed)
        maker.prepare()
        case = maker(number)
        print(case.kind, case.arguments, flush=True)
        outcome = run(case.arguments)
        print(outcome.told, outcome.outcome, outcome.signature, sep="\n")
        os.chdir("/")
    return int(outcome.outcome not in FINE)


if __name__ == "__main__":
    sys.exit(main())
