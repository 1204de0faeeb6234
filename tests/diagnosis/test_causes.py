"""The vocabulary: one record in one file for each cause, and what interventions are called."""

import re
from pathlib import Path

import pytest

from nndoctor import cli
from nndoctor.diagnosis import causes, interventions
from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.components import COMPONENTS
from nndoctor.diagnosis.interventions import (
    Intervention,
    Normalise,
    Reinitialise,
    Reseed,
    ScaleRate,
    Widen,
)
from tools.make_docs import cause_sections

KINDS = [
    one
    for one in vars(interventions).values()
    if isinstance(one, type) and issubclass(one, Intervention) and one is not Intervention
]
RUNGS = [rung for cause in CAUSES.values() for rung in cause.ladder]


@pytest.mark.parametrize("name", CAUSES)
def test_every_cause_says_everything(name):
    cause = CAUSES[name]
    assert name == cause.name
    texts = (cause.title, cause.what, cause.shows, cause.proof, cause.treatment, cause.source)
    assert all(text == text.strip() and text for text in (cause.group, *texts))
    assert cause.what.endswith(".")
    assert cause.shows.endswith(".")
    assert 0 < cause.prior < 1


def test_a_treatment_names_keys_that_a_recipe_has():
    lines = (Path(cli.__file__).parent / "recipe_keys.txt").read_text(encoding="utf-8").splitlines()
    known = {".".join(parts[at:]) for parts in map(_parts, lines) for at in range(len(parts))}
    told = {key for one in CAUSES.values() for key in re.findall(r"([\w.]+) = ", one.treatment)}
    assert len(told) > 10
    assert told <= known


def test_weights_are_advised_by_the_activation():
    told = [one.treatment for one in CAUSES.values() if "he_normal" in one.treatment]
    assert told
    assert all("relu" in one for one in told)
    alone = [one for one in told if "init = " in one]
    assert len(alone) == 3
    assert all("sigmoid and tanh" in one for one in alone)


def _parts(line: str) -> list[str]:
    return line.partition("\t")[0].split(".")


def test_each_file_holds_the_cause_it_is_named_for():
    files = {path.stem for path in Path(causes.__file__).parent.glob("*.py")}
    assert files - {"__init__", "cause"} == set(CAUSES)
    for name, cause in CAUSES.items():
        assert getattr(causes, name).CAUSE is cause


def test_causes_of_a_group_stand_together():
    groups = [cause.group for cause in CAUSES.values()]
    assert groups == sorted(groups, key=groups.index)
    assert len(set(groups)) == 6


def test_opposites_exclude_each_other():
    pairs = {name: one.opposite for name, one in CAUSES.items() if one.opposite}
    assert all(pairs.get(other) == name for name, other in pairs.items())
    assert pairs["learning_rate_too_high"] == "learning_rate_too_low"


@pytest.mark.parametrize("name", CAUSES)
def test_a_cause_that_can_be_removed_sits_in_a_known_component(name):
    cause = CAUSES[name]
    assert all(isinstance(one, Intervention) for one in cause.ladder)
    assert len(set(cause.ladder)) == len(cause.ladder)
    # components are what set-ups on the same rows differ in, so causes of the data have none
    assert (cause.component in COMPONENTS) if cause.ladder else (cause.component is None)


@pytest.mark.parametrize("name", CAUSES)
def test_the_proof_says_whether_anything_is_retrained(name):
    cause = CAUSES[name]
    told = cause_sections(cause)["How it is proven"]
    assert told.startswith("retrains ") == bool(cause.ladder)
    assert (f"puts the recipe's {cause.component} into a standard set-up" in told) == bool(
        cause.ladder
    )


def test_flags_agree_with_each_other():
    for name, cause in CAUSES.items():
        assert cause.universal or not cause.last_resort, name
        assert cause.ladder or not (cause.universal or cause.slows or cause.fickle), name
        assert not (cause.ladder and cause.data_alone), name


def test_every_component_has_a_cause():
    assert {one.component for one in CAUSES.values()} == {None, *COMPONENTS}


def test_every_intervention_but_the_placebo_removes_a_cause():
    assert {type(rung) for rung in RUNGS} == set(KINDS) - {Reseed}


def test_no_two_kinds_of_intervention_share_a_stage():
    assert len({one.stage for one in KINDS}) == len(KINDS)
    assert all(one.stage > 0 for one in KINDS)


def test_a_ladder_of_rates_goes_one_way_and_gets_steeper():
    for name in ("learning_rate_too_high", "learning_rate_too_low"):
        factors = [rung.factor for rung in CAUSES[name].ladder]
        assert factors == sorted(factors, reverse=name.endswith("high"))
        assert all(factor < 1 for factor in factors) == name.endswith("high")


def test_interventions_read_as_a_colleague_would_say_them():
    assert str(ScaleRate(0.1)) == "use 0.1 times the learning rate"
    assert str(ScaleRate(10.0)) == "use 10 times the learning rate"
    assert str(Widen(4)) == "make the hidden layers 4 times as wide"
    assert str(Reinitialise("large")) == "draw the first weights by He's or Glorot's rule"
    assert str(Reseed()) == "draw other random numbers"
    assert str(Normalise()) != str(Normalise(also_replace_saturating=True))
    assert all("\n" not in str(rung) and not str(rung).endswith(".") for rung in RUNGS)


def test_interventions_of_one_ladder_can_be_told_apart():
    for cause in CAUSES.values():
        assert len({str(rung) for rung in cause.ladder}) == len(cause.ladder)
