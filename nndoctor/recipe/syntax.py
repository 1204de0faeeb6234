"""What is wrong with a text that is not TOML: tomllib's terse messages in plain words."""

import re
import tomllib
from typing import Any

from ..errors import RecipeError

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_STATEMENT = re.compile(r"\s*([\w.\"'-]+)\s*=\s*([^#]*?)\s*(?:#.*)?$")
_COLON = re.compile(r"\s*[\w-]+\s*:")


def parse(text: str, name: str) -> dict[str, Any]:
    """The text as a dict; a mistake in it is told with line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        lines = text.splitlines()
        told = str(error)
        at = _AT.search(told)
        line, column = (int(at[1]), int(at[2])) if at and at[1] else (len(lines), None)
        where = f"{name}:{line}" + (f":{column}" if column else "")
        problem, hint = _reworded(_AT.sub("", told), lines[line - 1] if lines else "")
        raise RecipeError(f"{where}: {problem}", hint) from None
    except RecursionError:
        raise RecipeError(
            f"{name}: its values are nested too deeply", "no key needs that"
        ) from None
    except ValueError as error:  # Python's limit on the digits of a number
        raise RecipeError(f"{name}: a number can't be read: {error}", "write it shorter") from None


def _reworded(told: str, line: str) -> tuple[str, str]:
    statement = _STATEMENT.match(line)
    key, value = (statement[1], statement[2]) if statement else ("", "")
    if _COLON.match(line) and not statement:
        return "TOML writes key = value, with an equals sign", re.sub(r":\s*", " = ", line, count=1)
    if "Unescaped" in told or "hex value" in told:
        return "a backslash in a string", "write paths with / or in 'single quotes'"
    if "Cannot overwrite" in told:
        return f"{key or 'this key'} is written twice", "keep one of them"
    if "Cannot declare" in told or "Cannot mutate" in told:
        return f"{line.strip()} is written twice", "bring its keys together in one table"
    if told.startswith("Invalid value") and not value:
        return f"{key or 'a key'} has no value", "leave the key out for its default"
    if value in ("True", "False"):
        return f"{value} is not a TOML value", f"lower case: {key} = {value.lower()}"
    if value in ("None", "null", "nil"):
        return f"TOML has no {value}", "leave the key out"
    if re.fullmatch(r"-?\.\d+", value):
        return f"{value} has no digit before the point", f"{key} = {value.replace('.', '0.')}"
    if told.startswith("Invalid value") and value.startswith("["):
        return "an entry of the list is not a TOML value", 'text needs quotes: ["a", "b"]'
    if told.startswith("Invalid value") and re.fullmatch(r"[A-Za-z_~./][^\"'\[\]{}]*", value):
        return f"{value} is text and needs quotes", f'{key} = "{value}"'
    if told.startswith("Expected newline"):
        return "something is left over behind the value", "text needs quotes, a comment needs #"
    if "Expected '=' after" in told:
        return "a line is key = value or [table]", ""
    if "Unclosed array" in told or "Illegal character '\\n'" in told or "Unterminated" in told:
        return "a bracket or a quote is opened and never closed", ""
    return f"not valid TOML: {told[0].lower()}{told[1:]}", ""
