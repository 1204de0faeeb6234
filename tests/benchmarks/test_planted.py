"""Faults that are planted together fit together, and causes are those that matter."""

import pytest
from cases import load_cases
from faults import FAULTS
from plain import Score
from planted import generate_together, judged
from plants import Fault
from setups import BASES, changed
from sources import source
from together import Chosen, compatible, put_in, runs, stream

WELL, ILL = [Score(0.9, 0.9, 100)] * 3, [Score(0.2, 0.2, 100)] * 3
ONE, TWO, THREE = (Chosen(Fault(name, {}, ""), "") for name in ("one", "two", "three"))


def scores(spoils):
    return lambda some: ILL if spoils({one.fault.cause for one in some}) else WELL


@pytest.mark.parametrize(
    ("spoils", "severity", "causes"),
    [
        (lambda some: "one" in some, "hard", ["one"]),
        (lambda some: bool(some & {"one", "two"}), "hard", ["one", "two"]),  # either is enough
        (lambda some: some >= {"one", "two"}, "hard", ["one", "two"]),  # only both
        (lambda some: len(some) > 1, "hard", ["one", "two", "three"]),  # no single one to blame
        (lambda some: False, "silent", ["one", "two", "three"]),
    ],
)
def test_causes_are_what_spoils_alone_or_is_missed_in_the_whole(spoils, severity, causes):
    assert judged((ONE, TWO, THREE), scores(spoils)) == (severity, causes)


@pytest.mark.parametrize("base", ["blobs", "diabetes", "spiral"])
def test_faults_together_are_of_different_components_and_can_be_run(base):
    fits = [f for f in FAULTS if base in f.bases.split() and not f.is_data]
    chosen = compatible(fits, 3, BASES[base], source(base), stream(base))
    assert len({one.part for one in chosen}) == 3
    assert runs(*put_in(chosen, BASES[base], source(base), base))
    without = put_in(chosen[:2], BASES[base], source(base), base)
    assert without[0] != BASES[base] or without[1] is not source(base)


def test_what_can_not_be_run_is_refused():
    assert runs(BASES["blobs"], source("blobs"))
    assert not runs(changed(BASES["blobs"], {"loss.name": "nothing"}), source("blobs"))


def test_cases_of_several_faults_are_written_alike_each_time(tmp_path):
    for name in ("first", "second"):
        generate_together(tmp_path / name, 2, only="flowers-0-0")
    (one,), (two,) = (load_cases(tmp_path / name) for name in ("first", "second"))
    assert one.recipe.read_bytes() == two.recipe.read_bytes()
    assert one.causes == two.causes
    assert not set(one.causes) & set(one.also_right)
