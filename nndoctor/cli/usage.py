"""Wrong usage as typer reports it, in the words of every other error: the value, and a hint."""

import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

import typer

from ..errors import NNDoctorError, UsageError
from ..spelling import close

_NUMBERS: dict[Any, str] = {int: "a whole number", float: "a number"}


def usage_error(error: Any) -> NNDoctorError:
    """One of typer's errors as ours; their classes go by name, for typer exports few of them."""
    help_line = f"{_command(error)} -h shows what it takes"
    match type(error).__name__:
        case "NoArgsIsHelpError":  # the help is all that is to be said
            typer.echo(error.message)
            return UsageError.of(())
        case "NoSuchOption":
            return _no_option(error, help_line)
        case "MissingParameter":
            return UsageError(f"{_name(error.param)} is missing", help_line)
        case "BadParameter" if error.param is not None:
            return _bad_value(error, help_line)
        case "BadOptionUsage" if "requires" in error.message:
            return UsageError(f"{error.option_name} needs a value", help_line)
    if extra := re.fullmatch(r".*unexpected extra argument.* \((.*)\)", error.message):
        return UsageError(f"unexpected argument {extra[1]!r}", help_line)
    told = error.format_message().rstrip(".")
    return UsageError(told[:1].lower() + told[1:], help_line)


def no_command(name: str, context: Any, known: list[str]) -> UsageError:
    """For a word that is no command of a group."""
    near = close(name, known, 2)
    meant = " or ".join(f"{context.command_path} {one}" for one in near)
    hint = f"did you mean {meant}?" if near else f"{context.command_path} -h lists all"
    return UsageError(f"{name!r} is not a command", hint)


def _no_option(error: Any, help_line: str) -> UsageError:
    options = [option for one in error.ctx.command.params for option in one.opts]
    known = {option.lstrip("-"): option for option in options if option.startswith("--")}
    named = error.option_name.lstrip("-")  # dashes are alike in all of them
    near = [known[one] for one in close(named, known)]
    near = [*_chosen_by(named, error.ctx.command.params), *near]
    return UsageError(
        f"{shlex.quote(error.option_name)} is not an option of {_command(error)}",
        f"did you mean {near[0]}?" if near else help_line,
    )


def _chosen_by(value: str, params: Iterable[Any]) -> Iterator[str]:
    """The options that have this among their choices, with it: --format json for --json."""
    for one in params:
        kind = getattr(one.type_descriptor, "annotation", None)
        if (
            isinstance(kind, type)
            and issubclass(kind, Enum)
            and value in [each.value for each in kind]
        ):
            yield f"{one.opts[0]} {value}"


def _bad_value(error: Any, help_line: str) -> UsageError:
    """The value is known to pydantic, on which typer reads them, and the bounds to the option."""
    seen: list[Any] = getattr(error.__cause__, "errors", list)()
    if not seen:
        told = error.message.rstrip(".")
        return UsageError(f"{_name(error.param)}: {told[:1].lower() + told[1:]}", help_line)
    given = f"{_name(error.param)} {shlex.quote(str(seen[0]['input']))}"
    kind, info = error.param.type_descriptor.annotation, error.param.type_descriptor.parameter_info
    if isinstance(kind, type) and issubclass(kind, Enum):
        names = [str(one.value) for one in kind]
        near = close(str(seen[0]["input"]), names)
        first = f"did you mean {near[0]}? " if near else ""
        return UsageError(f"{given}: there is no such choice", f"{first}one of {', '.join(names)}")
    what = _NUMBERS.get(kind, "a fitting value")
    trouble = f"not {what}" if seen[0]["type"].endswith(("parsing", "type")) else "out of range"
    bounds = " ".join(
        f"{word} {bound}"
        for word, bound in (("from", info.min), ("to", info.max))
        if bound is not None
    )
    return UsageError(f"{given}: {trouble}", f"{what} {bounds}" if bounds else help_line)


def _name(parameter: Any) -> str:
    """An option as it is typed, an argument as the help writes it."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper()).strip("[]")


def _command(error: Any) -> str:
    if error.ctx:
        return str(error.ctx.command_path)
    return " ".join(["nndoctor", *(word for word in sys.argv[1:2] if not word.startswith("-"))])
