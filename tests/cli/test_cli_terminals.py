"""Ctrl-C, closed pipes, and terminals that can do little."""

import os
import signal
import subprocess
import sys
import time

import pytest

from .conftest import SPIRAL, Said

NNDOCTOR = [sys.executable, "-m", "nndoctor"]
LONG = (
    ("activations", "report", SPIRAL, "--after", "100000000"),
    ("lr-sweep", SPIRAL, "--range-test", "--updates", "1000000"),
    ("overfit-tiny", SPIRAL, "--optimizer", "sgd", "--rate", "1e-9", "--updates", "10000000"),
)
SWEEP = ("lr-sweep", SPIRAL, "--updates", "1000000", "--jobs", "2")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
pytestmark = pytest.mark.slow  # a process of its own for each


def start(*arguments, **environment):
    command = [*NNDOCTOR, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    inherited = {name: os.environ[name] for name in os.environ.keys() - {"COLUMNS", "NO_COLOR"}}
    environment = {**inherited, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.Popen(command, **pipes, text=True, encoding="utf-8", env=environment)


def shown(said):
    assert said.code == 130
    assert "interrupted: this is only what was found until then" in said.out
    assert "stopping" in said.err
    assert "Traceback" not in said.err


@posix
def test_ctrl_c_ends_a_process_that_computes_on_threads():
    process = start(*SWEEP, "-v")
    for line in process.stderr:
        if line.startswith("training at"):
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    shown(Said(process.returncode, out, err))


@posix
@pytest.mark.parametrize("arguments", LONG, ids=lambda a: a[0])
def test_ctrl_c_shows_what_there_is(ctrl_c, arguments):
    shown(ctrl_c("training for|.*range test|memoris", *arguments, "-v"))


@posix
def test_ctrl_c_before_there_is_anything():
    code = (
        "import sys, threading, _thread\nfrom nndoctor.cli.app import main\n"
        "from nndoctor import api\n"
        "def wait(*given): _thread.interrupt_main(); threading.Event().wait(5)\n"
        "api.load_setup = api.load_any = wait\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "checkup", "x.toml"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr


@posix
@pytest.mark.parametrize(
    ("more", "code"), [(("--fail-on", "never"), 0), ((), 1), (("--format", "json"), 1)]
)
def test_a_closed_pipe_changes_nothing_but_the_text(kept, more, code):
    with start("report", kept, *more) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == code


@pytest.mark.parametrize("arguments", [("schema",), ("--help",), ()])
@posix
def test_a_closed_pipe_without_a_result(arguments):
    with start(*arguments) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"TERM": "dumb"},
        {"NO_COLOR": "1"},
        {"CI": "true"},
        {"COLUMNS": "60"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""},
    ],
    ids=lambda e: "-".join(e),
)
def test_terminals_that_can_do_little(kept, environment):
    process = start("report", kept, **environment)
    out, err = process.communicate()
    assert (process.returncode, err) == (1, "")
    assert "\x1b" not in out
    assert len(max(out.splitlines()[:-1], key=len)) <= int(environment.get("COLUMNS", 100))
    plain = environment.keys() & {"TERM", "LC_ALL"} or "ascii" in environment.values()
    assert out.isascii() == bool(plain)


def test_ascii_and_colour_by_option(run):
    said = run("check-loss", SPIRAL, "--ascii", "--color", "always")
    assert said.out.isascii()
    assert "\x1b[" in said.out
    assert "\x1b" not in run("check-loss", SPIRAL).out
