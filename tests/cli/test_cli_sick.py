"""Every sick recipe says which command sees its disease; typed as it stands there, it does."""

import json
import shlex

import pytest

from nndoctor.catalogue import entries
from tools.make_proof import shown

from .conftest import ROOT

SICK = ROOT / "recipes" / "sick"
RECIPES = sorted(SICK.rglob("*.toml"))
SEES = {one.code: one.command.partition(" --")[0] for one in entries()}
# The others train for longer; tests/recipes sees to them.
QUICK = ("data report", "setup report", "check-loss", "activations report", "grad-check", "train")


def line(path):
    """The command in the header, word by word."""
    (told,) = [
        text.removeprefix("# See it: ")
        for text in path.read_text(encoding="utf-8").splitlines()
        if text.startswith("# See it: ")
    ]
    return shlex.split(told)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_the_header_names_the_command_that_asks_its_check(path):
    code, command = shown(path)
    assert SEES[code] == f"nndoctor {command}"
    words = line(path)
    assert words[: len(command.split()) + 1] == ["nndoctor", *command.split()]
    assert path.relative_to(ROOT).as_posix() in words


@pytest.mark.parametrize(
    "path", [path for path in RECIPES if shown(path)[1] in QUICK], ids=lambda path: path.stem
)
def test_that_command_sees_it(run, monkeypatch, path):
    monkeypatch.chdir(ROOT)
    said = run(*line(path)[1:], "--format", "json", "--fail-on", "note")
    told = json.loads(said.out)
    assert (said.code, told["verdict"]) == (1, "fail")
    found = {one["code"]: one["status"] for one in told["findings"]}
    assert found[shown(path)[0]] in ("note", "warning", "error")
