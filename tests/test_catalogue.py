"""Every check in the table is documented, configurable and tested."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

from nndoctor.catalogue import causes, entries
from nndoctor.checks.layers import TRAINED_LAYERS, UNTRAINED_LAYERS
from nndoctor.checks.table import CHECKS
from nndoctor.diagnosis.causes import CAUSES
from tools.make_docs import (
    CATALOGUE,
    CAUSES_PAGE,
    HEADINGS,
    PAGE,
    catalogue,
    render,
    render_causes,
    sections,
    suggests,
)

HERE = Path(__file__).resolve()


def test_codes_and_names_are_unique_and_in_form():
    names = [check.name for check in CHECKS.values()]
    assert len(CHECKS) >= 14  # none fell out by having the code of another
    assert len(set(names)) == len(names)
    assert [code for code in CHECKS if not re.fullmatch(r"ND\d{3}", code)] == []
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []
    assert all(CHECKS[code].code == code for code in CHECKS)


def test_the_layer_checks_are_the_same_before_and_after_training():
    before = [(type(check), check.code[-2:]) for check in UNTRAINED_LAYERS]
    assert before == [(type(check), check.code[-2:]) for check in TRAINED_LAYERS]


def test_a_check_is_documented_under_the_four_headings():
    told = {code: sections(check) for code, check in CHECKS.items()}
    assert {code for code, texts in told.items() if tuple(texts) != HEADINGS} == set()
    short = {
        (code, heading)
        for code, texts in told.items()
        for heading, text in texts.items()
        if len(text.split()) < 3
    }
    assert short == set()


def test_every_setting_of_a_check_has_a_default():
    lacking = {
        (code, field.name)
        for code, check in CHECKS.items()
        for field in fields(check)
        if field.default is MISSING and field.default_factory is MISSING
    }
    assert lacking == set()


def test_a_check_is_tested():
    tests = [
        path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py") if path != HERE
    ]
    assert {code for code in CHECKS if not any(code in text for text in tests)} == set()


def test_the_docs_page_names_the_check():
    page = PAGE.read_text(encoding="utf-8")
    titles = {code: f"## {code} {check.name}\n" for code, check in CHECKS.items()}
    assert {code for code, title in titles.items() if title not in page} == set()


def test_the_docs_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == render(), "run python -m tools.make_docs"
    assert CAUSES_PAGE.read_text(encoding="utf-8") == render_causes(), (
        "run python -m tools.make_docs"
    )
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue(), "run python -m tools.make_docs"


def test_what_checks_suggest_are_causes_that_know_of_them():
    assert {"learning_rate_too_high"} <= set(suggests(CHECKS["ND212"]))
    assert suggests(CHECKS["ND308"]) == ["init_constant"]
    by_cause = {one.name: set(one.suggested_by) for one in causes()}
    assert set(by_cause) == set(CAUSES)
    assert all(one.code in by_cause[name] for one in entries() for name in one.suggests)
