"""How help is written: panels of text, as what draws boxes takes longer to import than all else."""

import inspect
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

Row = tuple[str, str]
_VALUES: dict[type, str] = {bool: "", int: "N", float: "NUMBER", str: "TEXT", Path: "FILE"}
_NAMES = 28  # columns for names; longer ones have a line of their own


class Helping:
    """A command or a group whose help has its commands and its options in their panels."""

    def __init__(self: Any, **settings: Any) -> None:
        super().__init__(**settings)
        for param in self.params:
            if param.metavar is None:  # FILE, as people write it, and not <path>
                param.metavar = _VALUES.get(param.type_descriptor.annotation)

    def get_params(self: Any, ctx: Any) -> list[Any]:
        """With flags that are off and not None, of which typer makes a bool by loading pydantic."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for one in params:
            if getattr(one, "is_flag", False) and not one.secondary_opts:
                one.default = bool(one.default)
        return params

    def format_help(self: Any, ctx: Any, formatter: Any) -> None:
        """Usage, what it does, commands, arguments, options."""
        self.format_usage(ctx, formatter)
        _write_text(inspect.cleandoc(self.help or ""), formatter)
        _write_panels(list(self.panels(ctx)), formatter)
        _write_panels(list(_options(self.get_params(ctx), ctx)), formatter)
        self.format_epilog(ctx, formatter)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What its usage line has: as people write it, without braces around what is needed."""
        pieces = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        return [one.strip("{}").replace("[[", "[").replace("]]", "]") for one in pieces]

    def panels(self, ctx: Any) -> Iterable[tuple[str, list[Row]]]:
        """Its commands, a panel's together."""
        return ()


class Command(Helping, TyperCommand):
    """A command with such help."""


def summary(text: str | None) -> str:
    """The first paragraph of a help text, on one line."""
    return " ".join((text or "").partition("\n\n")[0].split())


def _write_text(text: str, formatter: Any) -> None:
    """Paragraphs; a command keeps its line, so that it can be copied."""
    for paragraph in text.split("\n\n"):
        formatter.write_paragraph()
        with formatter.indentation():
            if paragraph.lstrip().startswith("nndoctor "):
                formatter.write(f"      {paragraph.strip()}\n")
            else:
                formatter.write_text(paragraph)


def _options(params: Iterable[Any], ctx: Any) -> Iterator[tuple[str, list[Row]]]:
    """Arguments and options by panel, those without one first."""
    by_panel: dict[str, list[Row]] = {"Arguments": [], "Options": []}
    for param in params:
        if (row := param.get_help_record(ctx)) is not None:
            name, text = row
            is_option = param.param_type_name == "option"
            panel = param.rich_help_panel or ("Options" if is_option else "Arguments")
            shown = name if is_option else param.metavar or name  # typer adds <str> to it
            by_panel.setdefault(panel, []).append((shown, text))
    return ((panel, rows) for panel, rows in by_panel.items() if rows)


def _write_panels(panels: list[tuple[str, list[Row]]], formatter: Any) -> None:
    """All with their second column at the same place."""
    widths = [len(name) for _, rows in panels for name, _ in rows if len(name) <= _NAMES]
    width = max(widths, default=0)
    for panel, rows in panels:
        with formatter.section(_styled(panel, bold=True)):
            named = [(_styled(name.ljust(width), fg="cyan"), text) for name, text in rows]
            formatter.write_dl(named, col_max=width)


def _styled(text: str, **look: Any) -> str:
    """With colours, of which only a terminal sees any."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return typer.style(text, **look)
