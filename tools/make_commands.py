"""Writes docs/commands.md, and what help lists, from the command line itself.

python -m tools.make_commands
"""

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

from typer.main import get_command

from nndoctor.cli.app import app
from nndoctor.cli.options import Common, Output
from nndoctor.cli.panels import NAMES, PANELS, SUMMARIES, said_in_short

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
HEAD = """\
# Commands

<!-- written by `python -m tools.make_commands` -->

`nndoctor COMMAND -h` says the same on a terminal. Exit codes: 0 healthy, or nothing at or above
`--fail-on`; 1 sick, or such a finding; 2 wrong usage, recipe or data; 3 a bug of nndoctor; 4
undecided; 130 interrupted.
"""
SHARED = {
    "Options of every examining command": [one.name for one in fields(Common)],
    "Options of every command that reports": [one.name for one in fields(Output)],
}


def render() -> str:
    """The whole page."""
    root: Any = get_command(app)
    parts = [HEAD]
    for panel, names in PANELS.items():
        parts.append(f"## {panel}\n")
        for name in names:
            parts += _command(root.commands[name], f"nndoctor {name}")
    shared = root.commands["checkup"].params
    parts.append("## Shared options\n")
    both = list(SHARED.items())
    for (title, own), (_, less) in zip(both, [*both[1:], ("", [])], strict=True):
        kept = [one for one in shared if one.name in own and one.name not in less]
        parts += [f"### {title}\n", _table(one for one in kept if _is_option(one))]
    return "\n".join(parts)


def _command(command: Any, path: str) -> Iterator[str]:
    """The section of a command, or those of a group's commands."""
    if hasattr(command, "commands"):
        for name, one in command.commands.items():
            yield from _command(one, f"{path} {name}")
        return
    arguments = " ".join(_argument(one) for one in command.params if not _is_option(one))
    yield f"### {path.removeprefix('nndoctor ')}\n"
    yield f"`{f'{path} {arguments}'.rstrip()}`\n"
    yield f"{_said(command.help)}\n"
    names = {one.name for one in command.params}
    shared = next((title for title, all_of in SHARED.items() if names >= set(all_of)), "")
    left_out = set(SHARED.get(shared, ()))
    own = [one for one in command.params if _is_option(one) and one.name not in left_out]
    if own:
        yield _table(own)
    if shared:
        link = re.sub(r"\W+", "-", shared.lower())
        yield f"And the [{shared[0].lower()}{shared[1:]}](#{link}).\n"


def _said(text: str) -> str:
    """The help, its examples as code."""
    lines = inspect.cleandoc(text or "").split("\n")
    return "\n".join(re.sub(r"^\s*(nndoctor .*)$", r"    \1", line) for line in lines)


def _is_option(parameter: Any) -> bool:
    return parameter.param_type_name == "option" and parameter.name != "help"


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _table(options: Iterable[Any]) -> str:
    rows = [f"| {_names(one)} | {_default(one)} | {_meaning(one)} |" for one in options]
    return "\n".join(["| option | default | meaning |", "|---|---|---|", *rows, ""])


def _meaning(option: Any) -> str:
    kind = option.type_descriptor.annotation
    choices = (
        [f"`{one.value}`" for one in kind]
        if inspect.isclass(kind) and issubclass(kind, Enum)
        else []
    )
    return _cell(f"{option.help or ''} {', '.join(choices)}")


def _names(option: Any) -> str:
    names = [f"`{name}`" for name in (*option.opts, *option.secondary_opts)]
    return ", ".join(names) + (f" `{_cell(option.metavar)}`" if option.metavar else "")


def _default(option: Any) -> str:
    value = option.default
    if value is None or value is False or callable(value):
        return ""
    return f"`{value.value if isinstance(value, Enum) else value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def summaries() -> str:
    """A line a command: its name, and what it is for."""
    return "".join(f"{name}\t{said_in_short(name)}\n" for name in NAMES)


if __name__ == "__main__":
    SUMMARIES.write_text(summaries(), encoding="utf-8")
    PAGE.write_text(render(), encoding="utf-8")
