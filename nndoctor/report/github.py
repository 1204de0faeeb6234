"""The report as commands of GitHub Actions, which show as annotations of the recipe's lines."""

from collections.abc import Mapping

from nndoctor.findings import Report
from nndoctor.report.entries import Entry, Level, file_of, loud

# github.com/actions/toolkit, packages/core/src/command.ts: what is escaped, and how.
_MESSAGE: Mapping[str, str] = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Mapping[str, str] = {**_MESSAGE, ":": "%3A", ",": "%2C"}


def render_github(report: Report) -> str:
    """One line for each thing that is not fine; what was accepted before is only noticed."""
    return "".join(f"{_line(report, one)}\n" for one in loud(report))


def _line(report: Report, one: Entry) -> str:
    command = "notice" if one.known or one.level is Level.NOTE else one.level.value
    file = file_of(report)
    about = {"file": file} if file else {}
    about |= {"line": str(one.line)} if one.line else {}
    about |= {"title": f"{one.code} {one.name}"}
    properties = ",".join(f"{name}={_escaped(text, _PROPERTY)}" for name, text in about.items())
    advice = f"\n{one.advice}" if one.advice else ""
    return f"::{command} {properties}::{_escaped(one.message + advice, _MESSAGE)}"


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
