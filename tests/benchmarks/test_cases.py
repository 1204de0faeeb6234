"""Cases of the scoreboard load, and the programs that make them do so the same way each time."""

import filecmp
from dataclasses import replace
from functools import cache

import healthy
import numpy as np
import planted
import pytest
from cases import Writer, load_cases
from diagnosis import HERE, as_json, examine, line, record, report
from plain import Score
from references import Standing, standing
from setups import BASES
from sources import SOURCES, source

import nndoctor
from nndoctor.recipe import loads, override, to_toml

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

CORPUS = load_cases(HERE / "corpus")
PLANTED = list(planted.planned(each=1))


def test_the_corpus_is_whole():
    assert len(CORPUS) == 52
    assert sum(case.healthy for case in CORPUS) == 10
    assert all(case.healthy != bool(case.causes) for case in CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.id)
def test_every_case_of_the_corpus_loads(case):
    assert len(nndoctor.load_setup(case.recipe).train)


@pytest.fixture(scope="module")
def base_text(tmp_path_factory):
    """The recipe of a base, whose table is written once."""
    writer = Writer(tmp_path_factory.mktemp("bases"))
    return cache(lambda base: writer.recipe(BASES[base], source(base)))


@pytest.mark.parametrize("one", PLANTED, ids=lambda one: one.id)
def test_every_planted_fault_loads_and_differs_from_its_base(one, tmp_path, base_text):
    writer, (tables, table) = Writer(tmp_path), one.recipe()
    text = writer.recipe(tables, table)
    assert text != base_text(one.base)
    writer.case(one.id, text, {"healthy": False, "severity": "hard", "causes": [one.fault.cause]})
    (case,) = load_cases(tmp_path)
    assert case.causes == (one.fault.cause,)
    assert len(nndoctor.load_setup(case.recipe).train)


def test_healthy_set_ups_are_many_and_of_all_sources():
    ids = [id for id, _ in healthy.setups()]
    assert len(set(ids)) == len(ids) >= healthy.FEWEST
    assert {id.partition("-")[0] for id in ids} == set(SOURCES)


SLOW = "learning_rate_too_low-flowers-times_0.000333333"


def written(folder):
    """What both programs write: a set-up that is healthy, and one whose rate is too low."""
    assert healthy.generate(folder, "clouds-plain") == (["clouds-plain"], [])
    planted.generate(folder, SLOW, each=9)
    return folder


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return written(tmp_path_factory.mktemp("first"))


def test_both_programs_write_the_same_bytes_each_time(first, tmp_path):
    second = written(tmp_path)
    files = [path.relative_to(first) for path in first.rglob("*") if path.is_file()]
    same, *_ = filecmp.cmpfiles(first, second, map(str, files), shallow=False)
    assert len(same) == len(files)
    found = {case.id: case.severity for case in load_cases(first)}
    assert found["clouds-plain"] == "none"
    assert found[SLOW] == "hard"


@pytest.mark.parametrize(
    ("held", "train", "is_data", "expected"),
    [
        ((0.9, 0.9, 0.9), (1.0, 1.0, 1.0), False, "silent"),
        ((0.7, 0.7, 0.8), (1.0, 1.0, 1.0), False, "mild"),
        ((0.1, 0.2, 0.1), (1.0, 1.0, 1.0), False, "hard"),
        ((0.1, 0.2, 0.1), (1.0, 1.0, 1.0), True, "data"),
        ((0.9, 0.9, 0.9), (0.5, 0.5, 0.6), False, "hard"),  # hidden by overfitting
        ((0.0, 0.9, 0.9), (1.0, 1.0, 1.0), False, "silent"),  # within the spread
    ],
)
def test_severity_is_what_plain_training_loses(held, train, is_data, expected):
    sick = [Score(h, t, 100) for h, t in zip(held, train, strict=True)]
    sound = [Score(0.9, 1.0, 100)] * 3
    assert planted.severity(is_data, sick, sound) == expected


@pytest.mark.parametrize(
    ("own", "learnable", "reached"),
    [
        ((0.9, 0.9, 0.9), True, True),
        ((0.86, 0.86, 0.86), True, False),
        ((0.85, 1.0, 0.80), True, True),  # within two standard errors
        ((1.0, 1.0, 0.7), True, False),  # one seed far below
        ((0.0, 0.0, 0.0), False, False),
    ],
)
def test_reached_asks_for_all_seeds(own, learnable, reached):
    assert Standing(own, (1.0, 1.0, 1.0), learnable).reached is reached


@pytest.fixture
def slow(first):
    """A case whose rate is too low, and the recipe that cures it."""
    case = load_cases(first, SLOW)[0]
    sick = loads(case.recipe.read_text(encoding="utf-8"), case.id)
    return case, to_toml(override(sick, ["optimizer.learning_rate=0.1"]))


def answer(**more):
    cause = {"cause": "learning_rate_too_low", "status": "confirmed", "rank": 1}
    return {"verdict": "sick", "findings": [{"status": "warning"}], "causes": [cause], **more}


def test_only_a_prescription_that_reaches_the_reference_cures(slow):
    case, cure = slow
    assert examine(case, lambda recipe: answer(cured_recipe=cure)).cured is True
    same = case.recipe.read_text(encoding="utf-8")
    assert examine(case, lambda recipe: answer(cured_recipe=same)).cured is False
    assert examine(case, lambda recipe: answer()).cured is False
    assert examine(case, lambda recipe: answer(cured_recipe="[data]")).cured is False
    assert examine(replace(case, severity="data"), lambda recipe: answer()).cured is None


def test_an_error_of_the_diagnosis_is_told_and_does_not_end_the_scoreboard(slow):
    def broken(recipe):
        raise ValueError("boom")

    seen = examine(slow[0], broken)
    assert seen.error == "ValueError: boom"
    assert line(seen).endswith("ERROR ValueError: boom")
    assert not seen.alarm


def test_a_look_is_written_down_and_told(slow, tmp_path):
    seen = examine(slow[0], lambda recipe: answer())
    record("folder", "*", [seen], tmp_path / "looks.jsonl")
    record("folder", "so-*", [seen], tmp_path / "looks.jsonl")
    looks = (tmp_path / "looks.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(looks) == 2
    assert '"first": [1, 1]' in looks[0]
    assert '"only": "so-*"' in looks[1]
    assert as_json([seen])["cases"][0]["named"] == ("learning_rate_too_low",)
    assert "1 faulty with an effect, 0 without; 0 healthy" in report("folder", [seen], 1)


def test_a_net_is_held_to_training_rows_where_nothing_is_learnt_for_others(tmp_path):
    table = source("flowers")
    rng = np.random.default_rng(0)
    noise = replace(table, x=rng.standard_normal(table.x.shape), y=rng.permutation(table.y))
    text = Writer(tmp_path).recipe(BASES["flowers"], noise)
    found = standing(loads(text, "noise"), tmp_path / "data", (1, 2, 3))
    assert min(found.reference) > 0.9  # by heart: held-out rows would give nothing
    assert 0.05 < found.health < 0.5  # what 16 units know by heart
    assert not found.reached
