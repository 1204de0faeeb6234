"""Pages that tools write are as the tools write them, and lead to what is there."""

import re

import pytest

import nndoctor
from nndoctor.cli.panels import SUMMARIES
from nndoctor.diagnosis.causes import CAUSES
from tools import make_commands, make_gallery, make_symptoms
from tools.make_readme import BLOCK, with_files

from .shown import PAGES, ROOT


def test_help_lists_what_each_command_says_of_itself():
    assert SUMMARIES.read_text(encoding="utf-8") == make_commands.summaries()


@pytest.mark.parametrize("tool", [make_commands, make_symptoms])
def test_a_written_page_is_as_its_tool_writes_it(tool):
    page = tool.PAGE.read_text(encoding="utf-8")
    assert page == tool.render(), f"run python -m {tool.__name__}"


def test_the_gallery_has_every_sick_recipe():
    pages = make_gallery.written()
    for name, text in pages.items():
        page = make_gallery.FOLDER / f"{name}.md"
        assert page.read_text(encoding="utf-8") == text, "run python -m tools.make_gallery"
    every = "".join(pages.values())
    recipes = sorted((ROOT / "recipes" / "sick").rglob("*.toml"))
    assert [one for one in recipes if f"{one.relative_to(ROOT)} --no-progress" not in every] == []


def test_every_cause_is_behind_a_symptom():
    behind = {cause for symptom in make_symptoms.SYMPTOMS for cause in symptom.causes}
    assert behind == set(CAUSES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_recipes_on_a_page_are_those_of_the_files_and_outputs_those_of_their_commands(page):
    text = page.read_text(encoding="utf-8")
    assert with_files(text) == text, f"run python -m tools.make_readme {page}"
    for block in BLOCK.finditer(text):
        assert not block["shown"] or block["shown"].startswith(
            f"```console\n$ {block['command']}\n"
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
    links = re.findall(r"\]\(([^)#\s]+)", text)
    here = [one for one in links if not one.startswith(("http:", "https:", "mailto:"))]
    assert [one for one in here if not (page.parent / one).exists()] == []


def test_every_page_is_in_the_navigation():
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [str(one.relative_to(ROOT / "docs")) for one in (ROOT / "docs").rglob("*.md")]
    assert [one for one in pages if not re.search(rf"[:-] {re.escape(one)}$", site, re.M)] == []


@pytest.mark.slow
def test_what_the_page_on_python_prints_is_what_its_code_prints(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(import numpy.*?)^```", page, flags=re.S | re.M)
    (shown,) = re.findall(r"^>>> print\(r\)\n(.*?)^```", page, flags=re.S | re.M)
    known = {"nd": nndoctor}
    exec(code, known)
    assert f"`{known['r']!r}`" in page
    assert _words(str(known["r"])) == _words(shown)


def _words(text):
    """Without its numbers, whose last digits are another machine's own."""
    return re.sub(r"[\d.]+", "", text).split()
