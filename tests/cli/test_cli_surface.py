"""Help, version, completion, the bare command, and what none of them may load."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from nndoctor import __version__
from nndoctor.cli.app import app

from .conftest import ROOT

EXAMINING = (
    ("checkup",),
    ("check-loss",),
    ("overfit-tiny",),
    ("lr-sweep",),
    ("activations", "report"),
)
OTHERS = (("cache", "info"), ("cache", "warm"), ("cache", "clear"), ("schema",))
SHARED = ("--target", "--set", "--seed", "--save-recipe", "--jobs", "--format", "--fail-on", "-q")
SHARED += ("-v", "--no-progress", "--color", "--ascii")


def test_alone_it_prints_three_commands_to_copy(run):
    said = run()
    lines = [line for line in said.out.splitlines() if " nndoctor " in line]
    assert (said.code, said.err, len(lines)) == (0, "", 3)
    assert len(max(said.out.splitlines(), key=len)) <= 80


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command_and_the_exit_codes(run, flag):
    said = run(flag)
    assert said.code == 0
    assert all(command[0] in said.out for command in (*EXAMINING, ("data",), *OTHERS))
    assert "130 interrupted" in " ".join(said.out.split())


def test_version(run):
    assert run("--version") == (0, f"nndoctor {__version__}\n", "")


def test_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "nndoctor", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"nndoctor {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion(shell):
    done = CliRunner().invoke(
        app, [], env={"_NNDOCTOR_COMPLETE": f"source_{shell}"}, prog_name="nndoctor"
    )
    assert done.exit_code == 0
    assert "_NNDOCTOR_COMPLETE=" in done.output


@pytest.mark.parametrize("command", [*EXAMINING, ("data", "report"), ("grad-check",)], ids=" ".join)
def test_an_examining_command_has_an_example_and_the_shared_options(run, command, monkeypatch):
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    said = run(*command, "--help")
    assert said.code == 0
    assert f"nndoctor {' '.join(command)} " in said.out.replace("Usage: nndoctor", "")
    assert [option for option in SHARED if option not in said.out] == []


@pytest.mark.parametrize("command", OTHERS, ids=" ".join)
def test_the_other_commands_have_help(run, command):
    said = run(*command, "--help")
    assert said.code == 0
    assert len(said.out.splitlines()) > 5


@pytest.mark.parametrize("command", [*EXAMINING, OTHERS[0], OTHERS[3]], ids=" ".join)
def test_the_readme_shows_every_command(command):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"nndoctor {' '.join(command)}" in text


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"], ["checkup", "-h"]])
def test_what_computes_nothing_loads_nothing(arguments):
    code = (
        "import sys\nfrom nndoctor.cli.app import main\ntry: main()\nfinally: print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    heavy = {"numpy", "numba", "pandas", "scipy"} | ({"rich"} if arguments else set())
    assert not heavy & set(done.stdout.splitlines()[-1].split())
    assert done.returncode == 0


def test_the_schema_is_json(run):
    said = run("schema")
    assert json.loads(said.out)["properties"].keys() >= {"data", "model", "optimizer"}


def test_the_cache_says_where_it_is_and_empties_itself(run, tmp_path, monkeypatch):
    from nndoctor.engine.machine_code import folder

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder.cache_folder.cache_clear()
    try:
        ours = folder.cache_folder()
        (ours / "kernel.code").write_bytes(bytes(2_000_000))
        (tmp_path / "thesis.txt").touch()
        said = run("cache", "info").out
        assert said.startswith(f"{ours}\n1 compiled functions, 2.0 MB\n")
        assert run("cache", "clear").out == "2.0 MB freed\n"
        assert {path.name for path in tmp_path.rglob("*")} == {"thesis.txt", "numba"}
    finally:
        folder.cache_folder.cache_clear()


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (None, "none came with the installation"),
        ("of-another-engine", "what came with the installation is not used: it was compiled for"),
        ("", "1 compiled functions, 3.0 MB, which came with the installation"),
    ],
)
def test_the_cache_says_whether_what_was_shipped_is_used(run, tmp_path, monkeypatch, there, said):
    from nndoctor.engine.machine_code import shipment

    target = shipment.baseline()
    if target is None:
        pytest.skip("nothing is shipped for this processor")
    monkeypatch.setattr(shipment, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(shipment, "installed", lambda: tmp_path)
    shipment.shipped_folder.cache_clear()
    if there is not None:
        folder = tmp_path / "shipped" / (there or shipment.stamp(target))
        folder.mkdir(parents=True)
        (folder / "kernel.code").write_bytes(bytes(3_000_000))
    try:
        assert said in run("cache", "info").out
    finally:
        shipment.shipped_folder.cache_clear()


def test_a_file_that_ends_too_early_is_not_exit_code_1(run, monkeypatch):
    def short():
        raise EOFError("Ran out of input")

    monkeypatch.setattr("nndoctor.engine.machine_code.folder.clear_cache", short)
    said = run("cache", "clear")
    assert said.code == 3
    assert "Ran out of input" in said.err


def test_the_cache_can_be_warmed(run):
    assert run("cache", "warm").out.startswith("compiled in ")
