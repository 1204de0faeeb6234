"""The JSON schema of results, made of the records that they are written from."""

import json
from dataclasses import fields
from typing import Any

from nndoctor.findings import FailOn, Finding, Status, Verdict
from nndoctor.report.document import ENVELOPE, SCHEMA_VERSION
from nndoctor.report.reading import KINDS

_NUMBER = {"anyOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}]}
_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_OBJECT, _FLAG, _COUNT = {"type": "object"}, {"type": "boolean"}, {"type": "integer"}
_EVIDENCE = {"anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in KINDS.values()]}

_FIELDS: dict[str, Any] = {
    "schema_version": {"const": SCHEMA_VERSION},
    "tool": {"const": "nndoctor"},
    "verdict": {"enum": [one.value for one in Verdict]},
    "fail_on": {"enum": [one.value for one in FailOn]},
    "exit_code": {"enum": [0, 1, 3, 4, 130]},
    "seed": _COUNT,
    "decided": _FLAG,
    "interrupted": _FLAG,
    "brief": _FLAG,
    "known": _TEXTS,
    "words": _TEXTS,
    "summary": _TEXTS,
    "findings": {"type": "array", "items": {"$ref": "#/$defs/Finding"}},
    "evidence": {"type": "array", "items": _EVIDENCE},
    "details": _OBJECT,
    "environment": {"type": "object", "additionalProperties": _TEXT},
}


def result_schema() -> dict[str, Any]:
    """Draft 2020-12; fields that it does not name may be there, and more may come."""
    from pydantic import TypeAdapter

    _, made = TypeAdapter.json_schemas(
        [(kind, "validation", TypeAdapter(kind)) for kind in (Finding, *KINDS.values())]
    )
    records = {name: _with_numbers(one) for name, one in made["$defs"].items()}
    records["Finding"]["properties"]["evidence"] = {"type": "array", "items": _EVIDENCE}
    records["Finding"]["required"] = [field.name for field in fields(Finding)]
    for word, kind in KINDS.items():
        record = records[kind.__name__]
        record["properties"] = {"kind": {"const": word}, **record["properties"]}
        record["required"] = list(record["properties"])
    records["Status"] = {"enum": [one.value for one in Status]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"result of nndoctor, schema version {SCHEMA_VERSION}",
        "type": "object",
        "properties": {name: _FIELDS.get(name, _TEXT) for name in sorted(ENVELOPE)},
        "required": sorted(ENVELOPE),
        "$defs": records,
    }


def _with_numbers(schema: Any) -> Any:
    """NaN and infinity have words; what a default or our docstring says is no promise."""
    if isinstance(schema, dict):
        if schema.get("type") == "number":
            return json.loads(json.dumps(_NUMBER))
        left_out = ("default", "title", "description")
        return {
            key: _with_numbers(value)
            for key, value in schema.items()
            if key not in left_out or isinstance(value, dict)
        }
    return [_with_numbers(item) for item in schema] if isinstance(schema, list) else schema
