"""The report in the Static Analysis Results Interchange Format, for code scanning of GitHub.

SARIF 2.1.0 (OASIS Standard, 27 March 2020).
"""

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from nndoctor.catalogue import causes
from nndoctor.catalogue import entries as checks
from nndoctor.findings import Report
from nndoctor.report.document import plain
from nndoctor.report.entries import Entry, file_of, loud

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render_sarif(report: Report) -> str:
    """One run with a result for each thing that is not fine, at the recipe's line if there is one.

    What was accepted before is suppressed.
    """
    found = loud(report)
    rules = list(dict.fromkeys(one.code for one in found))
    driver = {
        "name": "nndoctor",
        "version": report.version or "0",
        "rules": [_rule(code, next(one for one in found if one.code == code)) for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(report, one, rules.index(one.code)) for one in found],
        "invocations": [
            {
                "executionSuccessful": not report.interrupted and report.exit_code() != 3,
                "exitCode": report.exit_code(),
            }
        ],
        "columnKind": "unicodeCodePoints",
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(plain(document), indent=2) + "\n"


def _rule(code: str, one: Entry) -> dict[str, Any]:
    known = {entry.code: entry.sections for entry in checks()}
    known |= {entry.name: entry.sections for entry in causes()}
    sections = known.get(code, {})
    what = next(iter(sections.values()), one.name)
    help = "\n\n".join(f"{heading}: {text}" for heading, text in sections.items())
    return {
        "id": code,
        "name": one.name,
        "shortDescription": {"text": one.name},
        "fullDescription": {"text": what},
        "help": {"text": help or what},
    }


def _result(report: Report, one: Entry, rule: int) -> dict[str, Any]:
    advice = f"\n{one.advice}" if one.advice else ""
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.level.value,
        "message": {"text": f"{one.message}{advice}"},
    }
    if file_of(report):
        result["locations"] = [{"physicalLocation": _place(report, one)}]
    if one.known:
        result["suppressions"] = [{"kind": "external", "justification": "in the baseline"}]
    return result


def _place(report: Report, one: Entry) -> dict[str, Any]:
    path = PurePath(file_of(report))
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {"region": {"startLine": one.line}} if one.line else {}
    return {"artifactLocation": {"uri": uri}, **region}
