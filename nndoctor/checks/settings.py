"""The settings of checks, from a recipe's [checks.CODE] or a command's options, made sure of."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from ..errors import Mistake, RecipeError, UsageError
from .check import Check

C = TypeVar("C", bound=Check)
# The largest that makes sense: of runs that are all made, and kept, fewer than of updates and rows.
MOST = {
    "count": 1000,
    "seeds": 1000,
    "verify_seeds": 1000,
    "repeats": 1000,
    "starts": 10**6,
    "samples": 10**6,
    "target_error": 1,
}
MOST_OF_ANY = 10**9


def refuse_unfit(settings: Mapping[str, Mapping[str, Any]], name: str) -> None:
    """Raises RecipeError with every mistake in the [checks.CODE] tables of the recipe `name`."""
    if not settings:
        return  # most recipes change none, and to import every check takes a while
    from .table import CHECKS

    mistakes: list[Mistake] = []
    for code, given in settings.items():
        where = f"{name}: checks.{code}"
        if code not in CHECKS:
            mistakes.append(
                Mistake(f"{where}: there is no such check", f"there are {', '.join(CHECKS)}")
            )
        else:
            mistakes += _mistakes(CHECKS[code], given, f"{where}: ")
    if mistakes:
        raise RecipeError.of(mistakes)


def configured(check: C, recipe: Mapping[str, Any], options: Mapping[str, Any]) -> C:
    """The check with the recipe's settings, then those of the command line that are not None."""
    given = {name: value for name, value in options.items() if value is not None}
    check = replace(check, **recipe)
    if mistakes := list(_mistakes(check, given, "")):
        raise UsageError.of(mistakes)
    return replace(check, **given)


def _mistakes(check: Check, settings: Mapping[str, Any], where: str) -> Iterator[Mistake]:
    known = {field.name: field.default for field in fields(check)}
    sound = True
    for name, value in settings.items():
        if name not in known or name in ("code", "name"):
            there = ", ".join(sorted(known.keys() - {"code", "name"}))
            yield Mistake(f"{where}there is no setting {name!r}", f"there are: {there or 'none'}")
            sound = False
        elif wrong := _wrong(
            value, known[name], check.least.get(name, 1), MOST.get(name, MOST_OF_ANY)
        ):
            yield Mistake(f"{where}{name} can't be {value!r}", wrong)
            sound = False
    if not sound:
        return
    changed = replace(check, **settings)
    low, high = getattr(changed, "low", 1), getattr(changed, "high", 2)
    if not 0 < low < high:
        told = f"low = {low:g} and high = {high:g} are no range"
        yield Mistake(where + told, "both are above 0, low is below high")


def _wrong(value: Any, default: Any, least: int, most: int) -> str:
    """What a value has to be that can't stand in for this default; empty where it can."""
    if isinstance(default, str):
        return "" if isinstance(value, str) else "it is a text"
    if isinstance(default, tuple):
        return "it can't be changed"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(default, int):
        fits = number and isinstance(value, int) and (value >= least or value == default)
        if fits and value > most:
            return f"at most {most}"
        return "" if fits else f"a whole number from {least} on, such as {default or 200}"
    if default is None:  # left open: a rate to be chosen, or an error nobody knows
        low = number and (value > 0 if least else value >= 0)
        if low and most < value < float("inf"):
            return f"at most {most}"
        return "" if low and value < float("inf") else "a number above 0, such as 0.1"
    fits = number and 0 <= value < float("inf")
    return "" if fits else f"a number from 0 on, such as {default:g}"
