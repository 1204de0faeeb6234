import json
from dataclasses import replace

import pytest
from report_samples import ALL_STATUSES, SOUND

from nndoctor.report.document import render_json


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


@pytest.fixture
def document(shown):
    text = shown(ALL_STATUSES, format="json", width=60, color="always", encoding="ascii")
    return json.loads(text, parse_constant=refuse)


def test_the_fields_of_schema_version_1(document):
    assert document["schema_version"] == 1
    assert document["tool"] == "nndoctor"
    assert document["version"] == "0.1.0"
    assert document["command"] == "check-loss"
    assert document["recipe"] == "digits.toml"
    assert document["recipe_sha256"] == "ab" * 32
    assert document["recipe_text"] == "[model]\n"
    assert document["seed"] == 7
    assert document["verdict"] == "undecided"
    assert document["exit_code"] == 130
    assert document["headline"] == "3 things are as they should be"
    assert document["interrupted"] is True
    assert document["words"] == list(ALL_STATUSES.words)
    assert document["environment"] == {"python": "3.11.7"}
    assert "causes" not in document


def test_a_finding(document):
    assert document["findings"][-2] == {
        "code": "ND304",
        "name": "check-error",
        "status": "error",
        "message": ALL_STATUSES.findings[-2].message,
        "measured": "nan",
        "expected": 2.303,
        "threshold": "threshold of error",
        "source": "source of error",
        "where": {"layer": "2", "step": None, "column": None},
        "suggests": ["init_too_large"],
        "advice": "advice of error",
        "evidence": [],
    }


def test_evidence_is_inline_and_whole(document):
    table, series = document["findings"][0]["evidence"]
    assert table["kind"] == "table"
    assert table["columns"] == ["class", "loss", "share", "status", "note"]
    assert table["rows"][1] == ["one", "nan", 0.25, "warning", None]
    assert series["kind"] == "series"
    assert series["y"][-2:] == ["inf", "nan"]
    assert series["marks"][0] == ["yours", 0.001]
    histogram = document["evidence"][0]["rows"][0][-1]
    assert histogram == {"counts": [0, 1, 50, 3], "low": -1, "high": 1}


def test_odd_values_in_the_details():
    class Scalar:
        def item(self):
            return float("-inf")

    details = {"scalar": Scalar(), 3: {"set": (complex(1, 2),)}, "flag": True}
    document = json.loads(render_json(replace(SOUND, details=details)), parse_constant=refuse)
    assert document["details"] == {"scalar": "-inf", "3": {"set": ["(1+2j)"]}, "flag": True}
