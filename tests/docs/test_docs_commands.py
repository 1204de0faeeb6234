"""Every command that README.md and the documentation show is one, with its options."""

import re

import pytest

from .shown import PAGES, ROOT, lines_of, parse, spans_of, words_of


def trouble(line):
    try:
        parse(words_of(line))
    except Exception as error:
        return error
    return None


def fails(line, allowed):
    error = trouble(line)
    return error is not None and type(error).__name__ not in allowed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_can_be_typed(page):
    text = page.read_text(encoding="utf-8")
    whole = [(line, ()) for line in lines_of(text)]
    mentioned = [(span, ("MissingParameter", "BadOptionUsage")) for span in spans_of(text)]
    wrong = {line: trouble(line) for line, allowed in whole + mentioned if fails(line, allowed)}
    assert wrong == {}


def test_the_parser_sees_what_is_wrong():
    for line in ("nndoctor chekup", "nndoctor checkup a.toml --nope", "nndoctor cache inf"):
        assert fails(line, ("MissingParameter", "BadOptionUsage"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_recipe_and_file_that_is_named_is_there(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/.-])((?:recipes|sample_data)/[a-z0-9_/.-]+\.(?:toml|csv))", text)
    assert [one for one in named if not (ROOT / one).is_file()] == []
