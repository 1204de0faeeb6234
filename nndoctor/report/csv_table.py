"""The report as a table in CSV: one row for each cause and each finding."""

import csv
import io

from nndoctor.findings import Report
from nndoctor.report.entries import Entry, entries

COLUMNS = (
    "kind",
    "code",
    "name",
    "status",
    "known",
    "message",
    "measured",
    "expected",
    "layer",
    "step",
    "column",
    "line",
    "advice",
)
_FORMULA = tuple("=+-@\t\r")  # OWASP, CSV injection: a spreadsheet runs what begins so


def render_csv(report: Report) -> str:
    """With a header; what does not apply is empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _row(one)] for one in entries(report))
    return file.getvalue()


def _row(one: Entry) -> tuple[object, ...]:
    finding, place = one.finding, (None,) * 5
    if finding is not None:
        where = finding.where
        place = (finding.measured, finding.expected, where.layer, where.step, where.column)  # type: ignore[assignment]
    known = "yes" if one.known else "no"
    return (
        one.kind,
        one.code,
        one.name,
        one.status,
        known,
        one.message,
        *place,
        one.line,
        one.advice,
    )


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
