"""`nndoctor checks`, `nndoctor explain`, and choosing checks by code."""

import json

import pytest

from nndoctor.catalogue import causes, codes_of, entries
from nndoctor.errors import UsageError

from .conftest import SPIRAL


def test_every_check_is_listed_with_its_command(run):
    said = run("checks")
    assert said.code == 0
    assert all(one.code in said.out and one.name in said.out for one in entries())
    assert not any(line.endswith(" ") for line in said.out.splitlines())


@pytest.mark.parametrize("one", entries(), ids=lambda one: one.code)
def test_each_is_explained_by_code_and_by_name(run, one):
    said = run("explain", one.code.lower())
    assert (said.code, said.err) == (0, "")
    assert one.command in said.out
    assert all(heading in said.out for heading in one.sections)
    assert said.out in run("explain", one.name).out  # a cause may have the same name


@pytest.mark.parametrize(("code", "ends"), [("ND804", "train.py:setup"), ("ND101", "RECIPE")])
def test_the_command_to_see_it_names_one_source(run, code, ends):
    said = run("explain", code).out
    told = said.partition("see it: ")[2].partition("   (")[0]
    assert told.endswith(f" {ends}")
    assert ("RECIPE" in told) is (ends == "RECIPE")


@pytest.mark.parametrize("one", causes(), ids=lambda one: one.name)
def test_each_cause_is_explained(run, one):
    said = run("explain", one.name)
    assert (said.code, said.err) == (0, "")
    assert all(heading in said.out for heading in one.sections)
    assert one.title in said.out
    assert all(code in said.out for code in one.suggested_by)
    by_hand = f"nndoctor treat RECIPE --cause {one.name}"
    assert (by_hand if one.treatable else "nndoctor checkup RECIPE") in said.out


def test_a_word_finds_all_that_speak_of_it(run):
    said = run("explain", "leak")
    assert "ND115" in said.out
    several = run("explain", "dead units")
    assert "ND306" in several.out
    both = run("explain", "rate")
    assert "ND501" in both.out
    assert "learning_rate_too_low" in both.out
    close = run("explain", "learning_rate_to_high")
    assert close.code == 2
    assert "did you mean learning_rate_too_high" in close.err
    unknown = run("explain", "xyzzy")
    assert unknown.code == 2
    assert "'xyzzy'" in unknown.err


def test_codes_by_their_beginning():
    assert codes_of(["ND30"]) == {one.code for one in entries() if one.code.startswith("ND30")}
    for wrong in ("ND", "", "ND99", "x"):
        with pytest.raises(UsageError):
            codes_of([wrong])


def codes(said):
    return {finding["code"] for finding in json.loads(said.out)["findings"]}


def test_only_what_is_selected_and_not_ignored_counts(run):
    sick = ("check-loss", SPIRAL, "--set", "model.output_init=normal(0,30)", "--format", "json")
    everything = run(*sick)
    assert everything.code == 1
    assert {"ND301", "ND302"} <= codes(everything)
    without = run(*sick, "--ignore", "ND301")
    assert codes(without) == codes(everything) - {"ND301"}
    only = run(*sick, "--select", "ND301")
    assert (only.code, codes(only)) == (1, {"ND301"})
    assert codes(run(*sick, "--select", "nd3", "--ignore", "ND302,ND310,ND313")) == {"ND301"}
    assert run(*sick, "--select", "ND9").code == 2
