"""A report out of its document, so that whatever draws a report draws a kept result too."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from nndoctor.diagnosis.diagnosis import DiagnosisReport
from nndoctor.diagnosis.reading import read_diagnosis
from nndoctor.errors import UsageError
from nndoctor.findings import Evidence, FailOn, Finding, Report, Status, Verdict
from nndoctor.report.document import ENVELOPE, SCHEMA_VERSION, fields_beside

if TYPE_CHECKING:
    from pydantic import TypeAdapter

KINDS: Mapping[str, type] = {kind.__name__.lower(): kind for kind in get_args(Evidence)}
AGAIN = "write it anew: nndoctor COMMAND ... --format json > FILE"
_STATUSES = {one.value for one in Status}
_NUMBERS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


def read_document(content: bytes, name: str) -> Report:
    """The report that was written as this document.

    Raises UsageError where it is none, was cut short, or has another schema version.
    """
    try:
        document = json.loads(content)
    except RecursionError:
        raise UsageError(f"{name} is no result of nndoctor", AGAIN) from None
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UsageError(f"{name} is no whole JSON document{where}", AGAIN) from None
    if not isinstance(document, dict) or document.get("tool") != "nndoctor":
        raise UsageError(f"{name} is no result of nndoctor", AGAIN)
    if (found := document.get("schema_version")) != SCHEMA_VERSION:
        raise UsageError(
            f"{name} has schema version {found!r}, and {SCHEMA_VERSION} can be read here",
            f"read it with nndoctor {document.get('version', '')} that wrote it, or {AGAIN}",
        )
    try:
        return _report(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{name} is a damaged result: {_first(error)}", AGAIN) from None


def _report(document: Mapping[str, Any]) -> Report:
    names = {field.name for field in fields(Report)} & ENVELOPE
    given = {name: document[name] for name in names}
    given |= {name: tuple(given[name]) for name in ("words", "summary", "known")}
    given["findings"] = findings = tuple(map(_finding, document["findings"]))
    given["evidence"] = tuple(map(_piece, document["evidence"]))
    given["fail_on"] = FailOn(document["fail_on"])
    given["decided"] = Verdict(document["verdict"]) if document["decided"] else None
    given["fields"] = fields_beside(document)
    if "causes" not in document:
        return _checked(Report(**given))
    told = read_diagnosis(document, findings)
    return _checked(DiagnosisReport(**given, diagnosis=told, wrote=document["wrote"]))


def _finding(values: Mapping[str, Any]) -> Finding:
    found: Finding = _reader(Finding).validate_python(dict(values) | {"evidence": ()})
    pieces = {"evidence": tuple(map(_piece, values["evidence"]))}
    return Finding(**{field.name: getattr(found, field.name) for field in fields(found)} | pieces)


def _piece(values: Mapping[str, Any]) -> Evidence:
    if values["kind"] == "table":
        columns = [_column(cells) for cells in zip(*values["rows"], strict=True)]
        values = {**values, "rows": [*zip(*columns, strict=True)]}
    piece: Evidence = _reader(KINDS[values["kind"]]).validate_python(dict(values))
    return piece


def _column(cells: Sequence[Any]) -> Sequence[Any]:
    """A column of nothing but statuses and empty places is one of them, and no text."""
    told = [one for one in cells if one is not None and one != ""]
    if all(isinstance(one, str) and one in _STATUSES for one in told):
        return [Status(one) if one else one for one in cells]
    return [_NUMBERS.get(one, one) if isinstance(one, str) else one for one in cells]


@cache
def _reader(kind: type) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _checked(report: Report) -> Report:
    """The texts of the envelope, which nothing else looks at, are texts."""
    for name in ("command", "title", "recipe", "recipe_text", "next_step", "headline", "argument"):
        if not isinstance(getattr(report, name), str):
            raise TypeError(f"{name} is no text")
    return report


def _first(error: Exception) -> str:
    """What is wrong, in a line."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    told = getattr(error, "errors", None)
    if callable(told) and (one := next(iter(told()), None)):
        return f"{'.'.join(map(str, one['loc']))}: {str(one['msg']).lower()}"
    return str(error).split("\n")[0]
