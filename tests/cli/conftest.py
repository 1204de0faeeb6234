import contextlib
import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

from nndoctor import api
from nndoctor.cli.app import main
from nndoctor.report.progress import ProgressWatch

ROOT = Path(__file__).resolve().parents[2]
SPIRAL = ROOT / "recipes" / "spiral.toml"


class Said(NamedTuple):
    """What a run answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch, capsys):
    """`run("check-loss", "data.csv")` as if typed, piped into something 100 columns wide."""
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "NNDOCTOR_SEED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["nndoctor", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return Said(stop.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def ctrl_c(run, monkeypatch):
    """`ctrl_c(words, "lr-sweep", ...)`: as `run`, and Ctrl-C soon after a stage of such words."""
    timers = []

    def ctrl_c(words, *arguments):
        stage = ProgressWatch.stage

        def heard(watch, text, total=0):
            stage(watch, text, total)
            if re.match(words, text) and not timers:
                for seconds in (0.2, 30.0):  # the second ends what did not hear the first
                    timers.append(threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)))
                    timers[-1].start()

        monkeypatch.setattr(ProgressWatch, "stage", heard)
        try:
            return run(*arguments)
        finally:
            for timer in timers:
                timer.cancel()

    return ctrl_c


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """A failing result in a file: `nndoctor report` draws it, and ends, as the command that made
    it, without loading what computes.
    """
    path = tmp_path_factory.mktemp("kept") / "result.json"
    command = ("activations", "report", str(SPIRAL), "--set", "model.init=zeros")
    with pytest.MonkeyPatch.context() as patch, path.open("w", encoding="utf-8") as out:
        patch.setattr(sys, "argv", ["nndoctor", *command, "--format", "json"])
        with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as stop:
            main()
    assert stop.value.code == 1
    return path


@pytest.fixture(scope="session")
def diagnoses():
    return {}


@pytest.fixture
def examined_once(diagnoses, monkeypatch):
    """The same check-up is done once, where tests look at how it is told; jobs change no bit."""
    examine = api.checkup

    def checkup(setup, watch, *, jobs, **options):
        key = setup.text, repr(setup.recipe), *sorted(options.items())
        if key not in diagnoses:
            diagnoses[key] = examine(setup, watch, jobs=jobs, **options)
        return diagnoses[key]

    monkeypatch.setattr(api, "checkup", checkup)


@pytest.fixture
def table(tmp_path):
    """Writes lines into a CSV and answers its path."""

    def table(*lines, name="data.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text("".join(line + "\n" for line in lines), encoding=encoding)
        return path

    return table


@pytest.fixture
def good(table):
    """Forty sound rows: a, b and y."""
    return table("a,b,y", *(f"{i * 7 % 13},{i * 3 % 11 / 2},{i % 2}" for i in range(40)))
