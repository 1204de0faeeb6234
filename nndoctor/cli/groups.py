"""Groups of commands in which one may go without its name."""

from typing import Any

from typer.core import TyperGroup


class Defaulting(TyperGroup):
    """`nndoctor data FILE` is short for `nndoctor data report FILE`."""

    default = "report"
    bare = True  # whether it is also meant where nothing is said

    @classmethod
    def to(cls, command: str, bare: bool = True) -> "type[Defaulting]":
        """A group with this command as the one that goes without its name."""
        return type(cls.__name__, (cls,), {"default": command, "bare": bare})

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Where no command of the group comes first, the default is meant."""
        known = {*self.commands, *ctx.help_option_names}
        if args[0] not in known if args else self.bare:
            args = [self.default, *args]
        return super().parse_args(ctx, args)
