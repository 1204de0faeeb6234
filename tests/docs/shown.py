"""The commands that README.md and the documentation show."""

import re
import shlex
from functools import cache
from pathlib import Path

from typer.main import get_command

from nndoctor.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
command_line = cache(lambda: get_command(app))
FENCED = re.compile(r"^```.*?^```", re.S | re.M)
SPAN = re.compile(r"`(nndoctor [a-z][^`]*)`")


def lines_of(text):
    """Commands on lines of their own: in a fenced block, or indented."""
    fenced = "\n".join(FENCED.findall(text)).split("\n")
    indented = [line for line in FENCED.sub("", text).split("\n") if line.startswith("    ")]
    lines = (line.strip().removeprefix("- run: ").removeprefix("$ ") for line in fenced + indented)
    return [line for line in lines if re.match(r"nndoctor [a-z-]+( |$)", line)]


def spans_of(text):
    """Commands in the midst of a sentence, which may leave out what they are about."""
    found = SPAN.findall(FENCED.sub("", text))
    return [" ".join(one.split()) for one in found if "..." not in one]


def words_of(line):
    """The words of a command, without comments and the signs of what may be left out."""
    line = re.sub(r"\[(-[^\]]*|[A-Z.a-z]*)\]", r"\1", line)
    line = re.split(r" >>? | && ", line.replace("\\|", "|"))[0]
    line = line.replace("|", "_or_").replace("train.py:setup", "recipe.toml")
    return shlex.split(line, comments=True)[1:]


def parse(words):
    """Parses the words as the command line does, without running anything."""
    command, context, name = command_line(), None, "nndoctor"
    while True:
        context = command.make_context(name, list(words), parent=context)
        rest = [*getattr(context, "_protected_args", ()), *context.args]
        if not hasattr(command, "commands") or not rest:
            return
        name, command, words = command.resolve_command(context, rest)
