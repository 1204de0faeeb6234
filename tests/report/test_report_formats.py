"""Every format of a report: as its readers want it, and with no name in it that acts."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_samples import ALL_STATUSES, SOUND, finding
from rich.console import Console

from nndoctor.errors import UsageError
from nndoctor.findings import FailOn, Status, Table, Verdict
from nndoctor.report.document import render_json
from nndoctor.report.formats import rendered
from nndoctor.report.kept import read_baseline
from nndoctor.report.page import page, save_page
from nndoctor.report.reading import read_document
from nndoctor.report.schema import result_schema

RECIPE = "[model]\nhidden = [4]\n\n[optimizer]\nlearning_rate = 1.0\n"
FAILING = replace(
    ALL_STATUSES,
    interrupted=False,
    recipe_text=RECIPE,
    findings=tuple(one for one in ALL_STATUSES.findings if one.status is not Status.BROKEN),
)
NASTY = "<script>alert(1)</script>=cmd|' /C'!A0,\"`*]]>--><b>\n::error::%0A\x1b[31m\u202e\x00|$x$"


def drawn(report, format):
    return rendered(report, format, Console(width=100, file=io.StringIO()))


def named(name):
    """A report in which a stranger's name stands wherever one can."""
    table = Table(name, (name, "n"), ((name, 1.5),), name)
    one = finding(Status.ERROR, 4)
    one = replace(one, message=name, advice=name, where=replace(one.where, column=name))
    return replace(
        FAILING, findings=(one,), evidence=(table,), words=(name,), recipe=name, headline=name
    )


@pytest.mark.parametrize("report", [ALL_STATUSES, FAILING, SOUND, named(NASTY)])
def test_a_document_read_back_says_the_same(report):
    text = render_json(report)
    again = read_document(text.encode(), "result.json")
    assert json.loads(render_json(again)) == json.loads(text)
    assert drawn(again, "junit") == drawn(report, "junit")


@pytest.mark.parametrize("format", ["github", "junit", "sarif"])
@pytest.mark.parametrize(
    ("argument", "file"),
    [
        ("'my data.csv' --target y", "my data.csv"),
        ("", "the default recipe"),
        ("'open", "the default recipe"),
    ],
)
def test_a_table_without_a_recipe_is_the_file_that_is_told_of(format, argument, file):
    told = drawn(replace(FAILING, recipe="the default recipe", argument=argument), format)
    assert file in told.replace("%20", " ")
    assert ("the default recipe" in told.replace("%20", " ")) == (file == "the default recipe")
    named = drawn(replace(FAILING, recipe="mine.toml", argument="mine.toml"), format)
    assert "mine.toml" in named


def test_statuses_in_a_table_are_drawn_alike_out_of_a_document():
    rows = (("a", Status.ERROR, ""), ("b", Status.OK, ""), ("ok", "", ""))
    report = replace(SOUND, evidence=(Table("judged", ("what", "verdict", "reason"), rows),))
    again = read_document(render_json(report).encode(), "result.json")
    for format in ("text", "markdown"):
        assert drawn(again, format) == drawn(report, format)


def test_documents_keep_to_the_schema_that_is_published():
    jsonschema = pytest.importorskip("jsonschema")
    schema = result_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for report in (ALL_STATUSES, FAILING, SOUND):
        check.validate(json.loads(render_json(report)))
    broken = json.loads(render_json(FAILING))
    broken["findings"][0]["status"] = "fine"
    assert not check.is_valid(broken)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[: len(text) // 2], "no whole JSON document"),
        (lambda text: "", "no whole JSON document"),
        (lambda text: "[1]", "no result of nndoctor"),
        (lambda text: '{"a": ' * 100_000, "no result of nndoctor|no whole JSON"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 9'), "version 9"),
        (
            lambda text: text.replace('"status": "note"', '"status": "odd"'),
            "damaged.*status",
        ),
        (lambda text: text.replace('"findings"', '"found"'), "findings is missing"),
        (lambda text: text.replace('"words": [', '"words": 5, "w": ['), "damaged result"),
    ],
)
def test_what_is_no_result_is_refused_with_a_hint(spoil, words):
    with pytest.raises(UsageError, match=words) as refused:
        read_document(spoil(render_json(FAILING)).encode(), "result.json")
    assert refused.value.mistakes[0].hint


def test_junit_counts_what_fails():
    root = ET.fromstring(drawn(FAILING, "junit"))
    (suite,) = root
    counts = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": 6, "failures": 1, "errors": 0, "skipped": 1}
    assert len(suite.findall("testcase/failure")) == 1
    assert (
        ET.fromstring(drawn(replace(FAILING, known=("ND304",)), "junit"))[0].get("failures") == "0"
    )
    assert ET.fromstring(drawn(ALL_STATUSES, "junit"))[0].get("errors") == "1"


def test_a_bug_of_ours_is_never_known(tmp_path):
    (bug,) = (one for one in ALL_STATUSES.findings if one.status is Status.BROKEN)
    path = tmp_path / "known.json"
    path.write_text(render_json(ALL_STATUSES))
    assert bug.code not in read_baseline(path)
    report = replace(ALL_STATUSES, interrupted=False, known=(bug.code,))
    (suite,) = ET.fromstring(drawn(report, "junit"))
    assert (report.exit_code(), suite.get("errors")) == (3, "1")
    assert len(suite.findall("testcase/error")) == 1
    for told in (drawn(report, "markdown"), page(report), drawn(report, "junit")):
        assert not re.search(r"[(>]known\b", told)


def test_a_verdict_without_a_finding_fails_by_itself():
    report = replace(SOUND, decided=Verdict.SICK, summary=("worse than it could be",))
    (case, _) = ET.fromstring(drawn(report, "junit"))[0]
    assert case.find("failure").get("message") == "worse than it could be"


def test_sarif_has_a_rule_for_each_result():
    document = json.loads(drawn(replace(FAILING, known=("ND304",)), "sarif"))
    assert (document["version"], len(document["runs"])) == ("2.1.0", 1)
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = run["results"]
    assert [one["level"] for one in results] == ["note", "note", "warning", "error"]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in results)
    assert (
        results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "digits.toml"
    )
    assert [one["ruleId"] for one in results if "suppressions" in one] == ["ND304"]


def test_csv_has_a_row_for_each_finding():
    rows = list(csv.DictReader(io.StringIO(drawn(FAILING, "csv"))))
    assert [row["code"] for row in rows] == [one.code for one in FAILING.findings]
    assert {row["layer"] for row in rows} == {"", "2"}


def harmless(report, name):
    """Whether such a name is text and nothing else in each format."""
    for line in drawn(report, "github").splitlines():
        assert re.match(r"::(error|warning|notice) (file|title)=[^\n]*::", line)
    ET.fromstring(drawn(report, "junit"))
    json.loads(drawn(report, "sarif"))
    for row in csv.reader(io.StringIO(drawn(report, "csv"))):
        assert len(row) == 13
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    told = drawn(report, "markdown")
    assert "<script" not in told
    for text in (told, drawn(report, "github"), drawn(report, "csv"), drawn(report, "junit")):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=30))
def test_no_name_of_a_stranger_acts(name):
    harmless(named(name), name)


def test_no_nasty_name_acts_in_any_format_or_on_the_page():
    report = named(NASTY)
    harmless(report, NASTY)
    text = page(report)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "\x1b" not in text


def test_the_page_stands_alone_and_says_the_verdict_first(tmp_path):
    text = page(FAILING)
    assert len(text) < 1_000_000
    assert not re.search(r"https?://|src=\"(?!data:)|<script|@import", text)
    first, later = text.index("3 things are as they should be"), text.index("<svg")
    assert first < later < text.index("how to reproduce")
    assert "ab" * 32 in text
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)
    save_page(FAILING, tmp_path / "page.html")
    with pytest.raises(UsageError, match="there already"):
        save_page(FAILING, tmp_path / "page.html")


def test_what_is_known_does_not_fail(tmp_path):
    path = tmp_path / "known.txt"
    path.write_text("ND304  # accepted\n\n# nothing else\n")
    assert read_baseline(path) == ("ND304",)
    report = replace(FAILING, findings=tuple(f for f in FAILING.findings if f.code != "ND302"))
    assert (report.exit_code(), report.verdict) == (1, Verdict.FAIL)
    report = replace(report, known=read_baseline(path))
    assert (report.exit_code(), report.verdict) == (0, Verdict.WARN)
    assert replace(report, fail_on=FailOn.WARNING).exit_code() == 1


def test_a_result_is_a_baseline_and_strange_words_are_none(tmp_path):
    path = tmp_path / "known.json"
    path.write_text(render_json(FAILING))
    assert read_baseline(path) == ("ND300", "ND302", "ND303", "ND304")
    path.write_text("ND304, ND999")
    with pytest.raises(UsageError, match="'ND999'"):
        read_baseline(path)
