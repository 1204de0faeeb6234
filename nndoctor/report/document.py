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
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": "nndoctor",
        "version": report.version,
        "command": report.command,
        "recipe": report.recipe,
        "recipe_sha256": report.recipe_sha256,
        "recipe_text": report.recipe_text,
        "seed": report.seed,
        "verdict": report.verdict,
        "exit_code": report.exit_code(),
        "headline": headline(report),
        "interrupted": report.interrupted,
        "words": report.words,
        "findings": [_finding(finding) for finding in report.findings],
        **report.fields,
        "evidence": [_evidence(piece) for piece in report.evidence],
        "next_step": report.next_step,
        "details": report.details,
        "environment": report.environment,
    }
    text = json.dumps(_plain(document), indent=2, allow_nan=False) + "\n"
    return text.replace("\x7f", r"\u007f")  # the one control character that JSON allows


def _finding(finding: Finding) -> dict[str, Any]:
    values = {field.name: getattr(finding, field.name) for field in fields(finding)}
    return values | {"evidence": [_evidence(piece) for piece in finding.evidence]}


def _evidence(piece: Evidence) -> dict[str, Any]:
    kind = type(piece).__name__.lower()  # table, series, scatter
    return {"kind": kind} | {field.name: getattr(piece, field.name) for field in fields(piece)}


def _plain(value: Any) -> Any:
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
        return {str(key): _plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "tolist"):  # an array, or a scalar of one
        return _plain(value.tolist())
    if hasattr(value, "item"):
        return _plain(value.item())
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    return str(value)
