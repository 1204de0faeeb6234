"""Names and labels of strangers reach no terminal as what they are to it, in no command."""

import json
import sys
import tomllib
import unicodedata

import pytest

from .conftest import SPIRAL

COLUMN, LABEL = "a\x1b[31m\u202e[red]\x9b\x7f", "\x07yes\x1b]0;t\x07 [bold]b[/bold]"
SHOWN = {r"a\x1b[31m\u202e[red]\x9b\x7f", r"\x07yes\x1b]0;t\x07 [bold]b[/bold]"}
QUICK = ("--set", "training.epochs=2")
COMMANDS = {
    "data report": (),
    "check-loss": (),
    "train": QUICK,
    "updates": QUICK,
    "baselines": QUICK,
    "checkup": ("--fast",),
    "setup report": (),
}


def harmless(text):
    return [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")] == [] and (
        not {"\u202e", "\u2066"} & set(text)
    )


@pytest.fixture
def strange(tmp_path):
    """Forty rows with a constant column of that name, and labels as bad."""
    path = tmp_path / "d\x1b[2J\u202e.csv"
    rows = [f"{i * 7 % 13},1,{LABEL if i % 2 else 'no'}" for i in range(40)]
    path.write_text("\n".join([f"b,{COLUMN},y", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("loud", [(), ("-v",)], ids=" ".join)
def test_reports(run, strange, command, loud):
    said = run(*command.split(), strange, "--target", "y", *COMMANDS[command], *loud)
    assert said.code in (0, 1, 4)
    assert harmless(said.out)
    assert harmless(said.err)
    assert r"d\x1b[2J\u202e.csv" in said.out
    if command == "data report":
        assert all(name in "".join(said.out.split("\n")) for name in SHOWN)


@pytest.mark.parametrize("command", COMMANDS)
def test_json_holds_the_names_themselves(run, strange, command):
    options = (*COMMANDS[command], "--format", "json", "-q")
    said = run(*command.split(), strange, "--target", "y", *options)
    assert said.out.isascii()
    assert harmless(said.out)
    recipe = tomllib.loads(json.loads(said.out)["recipe_text"])
    assert recipe["data"]["path"] == str(strange)


def test_errors(run, strange, table):
    for arguments in (
        ("check-loss", strange, "--target", "none\x1b[8m"),
        ("check-loss", strange),
        ("check-loss", "none\x1b[8m.csv"),
        ("check-loss", SPIRAL, "--set", "mo\x1b[8m\u202edel.hidden=[3]"),
        ("check-loss", SPIRAL, "--set", 'data.generator="x\x1b[8m"'),
        ("check-loss", SPIRAL, "--save-recipe", "none\x1b[8m/x"),
        ("check-loss", SPIRAL, "--format", "\x1b[8m"),
        ("check-loss", SPIRAL, "--none\x1b[8m"),
        ("explain", "\x1b[8m"),
        ("\x1b[8m",),
        (strange,),
        ("predict", strange, strange),
    ):
        said = run(*arguments)
        assert (said.code, said.out) == (2, "")
        assert harmless(said.err), arguments
        assert r"\x1b" in said.err, arguments


def test_a_line_of_its_own_is_no_name(run, table):
    path = table('a,"y\nerror: forged"', "1,2", "3,4")
    said = run("check-loss", path, "--target", "none")
    assert not any(line.startswith("error: forged") for line in said.err.splitlines())


def test_predictions_are_data_but_on_a_terminal(run, strange, tmp_path, monkeypatch):
    net = tmp_path / "net.npz"
    said = run("train", strange, "--target", "y", *QUICK, "--save", net)
    assert said.code == 0
    out = tmp_path / "o\x1b[2J.csv"
    said = run("predict", net, strange, "--out", out)
    assert said.code == 0
    assert harmless(said.err)
    assert r"wrote " in said.err
    assert LABEL in out.read_text(encoding="utf-8")
    assert LABEL in run("predict", net, strange).out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert harmless(run("predict", net, strange).out)
