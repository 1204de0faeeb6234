"""The report a machine reads: one JSON document, stable within its schema version."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from nndoctor.findings import Evidence, Finding, Report
from nndoctor.report.headline import headline

SCHEMA_VERSION = 1


def render_json(report: Report) -> str:
    """The document, ASCII only, with the strings "nan", "inf" and "-inf" for those numbers."""
    text = json.dumps(document(report), indent=2, allow_nan=False) + "\n"
    return text.replace("\x7f", r"\u007f")  # the one control character that JSON allows


def document(report: Report) -> dict[str, Any]:
    """The same as what JSON knows; what a command adds stands between findings and evidence."""
    told: dict[str, Any] = plain(_envelope(report))
    last = ("evidence", "wrote", "next_step", "details", "environment")
    end = {name: told.pop(name) for name in last}
    return {**told, **plain(report.fields), **end}


def _envelope(report: Report) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": "nndoctor",
        "version": report.version,
        "command": report.command,
        "title": report.title,
        "argument": report.argument,
        "recipe": report.recipe,
        "recipe_sha256": report.recipe_sha256,
        "recipe_text": report.recipe_text,
        "seed": report.seed,
        "verdict": report.verdict,
        "decided": report.decided is not None,
        "fail_on": report.fail_on,
        "known": report.known,
        "exit_code": report.exit_code(),
        "headline": headline(report),
        "interrupted": report.interrupted,
        "brief": report.brief,
        "words": report.words,
        "summary": report.summary,
        "findings": [_finding(finding) for finding in report.findings],
        "evidence": [_evidence(piece) for piece in report.evidence],
        "wrote": getattr(report, "wrote", ""),
        "next_step": report.next_step,
        "details": report.details,
        "environment": report.environment,
    }


ENVELOPE = frozenset(_envelope(Report("", "", ())))


def fields_beside(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a command has added to its document."""
    return {name: value for name, value in document.items() if name not in ENVELOPE}


def _finding(finding: Finding) -> dict[str, Any]:
    values = {field.name: getattr(finding, field.name) for field in fields(finding)}
    return values | {"evidence": [_evidence(piece) for piece in finding.evidence]}


def _evidence(piece: Evidence) -> dict[str, Any]:
    kind = {"kind": type(piece).__name__.lower()}
    return kind | {field.name: getattr(piece, field.name) for field in fields(piece)}


def plain(value: Any) -> Any:
    """The value in what JSON knows; anything unknown becomes its text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "tolist"):  # an array, or a scalar of one
        return plain(value.tolist())
    if hasattr(value, "item"):
        return plain(value.item())
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)
