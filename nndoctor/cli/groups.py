"""Groups of commands: a mistyped one is answered in our words, and one may go without its name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.core import TyperGroup

from ..spelling import close
from .help import Helping, Row, summary
from .usage import no_command


class Group(Helping, TyperGroup):
    """Commands, of which an unknown one is answered with the nearest."""

    def panels(self, ctx: Any) -> Iterator[tuple[str, list[Row]]]:
        """Its commands, each with what it does."""
        yield "Commands", [(name, summary(one.help)) for name, one in self.commands.items()]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named first, itself and what is left."""
        known = list(self.commands)
        if not ctx.resilient_parsing and not args[0].startswith("-") and args[0] not in known:
            raise no_command(args[0], ctx, known)
        return super().resolve_command(ctx, args)


class Defaulting(Group):
    """`nndoctor data FILE` is short for `nndoctor data report FILE`."""

    default = ""
    bare = ""  # what is meant where nothing is said
    pair = ""  # what is meant by two places alone

    @classmethod
    def to(cls, command: str, bare: str = "", pair: str = "") -> "type[Defaulting]":
        """A group with this command as the one that goes without its name.

        `bare`: the one meant without any argument; `pair`: by two, which are no options.
        """
        meant = {"default": command, "bare": bare, "pair": pair or command}
        return type(cls.__name__, (cls,), meant)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Where no command of the group comes first, the default is meant."""
        known = {*self.commands, *ctx.help_option_names}
        meant = args and close(args[0], self.commands, cutoff=0.8) and not Path(args[0]).exists()
        if not args:
            args = [self.bare] if self.bare else []
        elif args[0] not in known and not meant:
            two = len(args) == 2 and not any(one.startswith("-") for one in args)
            args = [self.pair if two else self.default, *args]
        return super().parse_args(ctx, args)
