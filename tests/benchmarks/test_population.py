"""Claims are counted by what fresh rows say, whatever a diagnosis says of itself."""

from dataclasses import replace

import numpy as np
import population
import pytest
from claims import BETTER, CAUSE, CURE, LIKELY, Seen, Tried, claims, measures
from independent import NETWORKS
from population import examine, line, report
from samples import FEWEST, MOST, draw
from scoring import Rate

from nndoctor.recipe import loads, override, to_toml

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

RECIPE = '[model]\nhidden = [4]\n\n[data]\npath = "rows.csv"\ntarget = "y"\n'
SEEN = Seen(
    "one",
    (),
    0.9,
    0.0,
    0.9,
    sick=False,
    alarm=False,
    named=(),
    tried=(),
    placebo=(0, 1),
    random=Tried("random", "any", 0.0),
    seconds=1.0,
)


def test_each_claim_brings_both_its_recipes():
    change, cured = {"optimizer.learning_rate": 0.5}, f"{RECIPE}limit = 10\n"
    alone = {"cause": "too_deep", "status": "confirmed", "change": change}
    pair = {**alone, "cause": "wrong_loss", "from_recipe": "from", "to_recipe": "to"}
    result = {
        "causes": [alone, pair, {**alone, "status": "suspected"}, {**alone, "status": "certain"}],
        "improvements": [{"cause": "too_few_epochs", "change": change}],
        "cured_recipe": cured,
        "prescription_status": "confirmed",
    }
    found = list(claims(result, RECIPE))
    assert [(one.kind, one.name) for one in found] == [
        (CAUSE, "too_deep"),
        (CAUSE, "wrong_loss"),
        (BETTER, "too_few_epochs"),
        (CURE, "confirmed"),
    ]
    assert loads(found[0].after, "").optimizer.learning_rate == 0.5
    assert (found[1].before, found[1].after) == ("from", "to")
    assert (found[3].before, found[3].after) == (RECIPE, cured)
    (only,) = claims({"cured_recipe": cured, "prescription_status": "improves"}, RECIPE)
    assert only.kind == LIKELY


def test_a_claim_is_true_when_it_brings_anything_and_relevant_above_a_fiftieth():
    gains = [-0.1, 0.0, 0.01, 0.3]
    counted = measures([replace(SEEN, tried=tuple(Tried(CAUSE, "any", g) for g in gains))])
    assert counted["confirmed causes, true"] == Rate(2, 4)
    assert counted["confirmed causes, above 0.02"] == Rate(1, 4)
    assert counted["cures, true"] == Rate(0, 0)


@pytest.mark.parametrize(
    ("own", "faults", "sound"),
    [(0.9, (), True), (0.86, (), True), (0.85, (), False), (0.9, ("too_deep",), False)],
)
def test_sound_is_what_independent_networks_do_not_beat(own, faults, sound):
    counted = measures([replace(SEEN, own=own, faults=faults, sick=True)])
    assert counted["sound, called sick"] == Rate(int(sound), int(sound))
    assert counted["nothing planted, called sick"] == Rate(int(not faults), int(not faults))


def test_only_faults_that_fresh_rows_feel_have_to_be_detected():
    felt = replace(SEEN, faults=("any",), lost=0.5, alarm=True)
    unfelt = replace(felt, lost=0.05, alarm=False)
    cured = replace(felt, tried=(Tried(CURE, "confirmed", 0.4),))
    counted = measures([felt, replace(felt, alarm=False), unfelt, cured])
    assert counted["effect above 0.1, detected"] == Rate(2, 3)
    assert counted["effect above 0.1, prescription brings 0.02"] == Rate(1, 3)


def test_placebo_and_random_changes_are_the_controls():
    every = [
        replace(SEEN, placebo=(1, 1), random=Tried("random", "any", 0.03)),
        replace(SEEN, placebo=(0, 0), random=None),
        SEEN,
    ]
    counted = measures(every)
    assert counted["placebo named"] == Rate(1, 2)
    assert counted["a random change brings 0.02"] == Rate(1, 2)


def test_samples_are_alike_each_time_and_their_faults_are_of_different_kinds(tmp_path):
    for number in range(16):
        one, two = (draw(number, 0, tmp_path / name) for name in ("first", "second"))
        assert one.id == two.id
        assert one.tables == two.tables
        assert np.array_equal(one.table.x, two.table.x)
        assert FEWEST <= len(one.sound.x) <= MOST
        same = one.tables == one.sound_tables and one.table is one.sound
        assert same == (one.faults == ())


def ask(change):
    """A diagnosis that names one cause, whose change it is, and prescribes it."""

    def fake(recipe):
        text = recipe.read_text(encoding="utf-8")
        edits = [f"{key}={value}" for key, value in change.items()]
        cause = {"cause": "any", "status": "confirmed", "rank": 1, "change": change}
        return {
            "verdict": "sick",
            "findings": [],
            "causes": [cause],
            "placebo": {"tested": 1},
            "cured_recipe": to_toml(override(loads(text, ""), edits)),
            "prescription_status": "confirmed",
        }

    return fake


@pytest.fixture
def nothing_beside(monkeypatch):
    """Neither a change by lot nor scikit-learn's networks are trained beside."""
    monkeypatch.setattr(population, "_random_change", lambda *given: None)
    monkeypatch.setattr(population, "on_fresh_rows", lambda *given: dict.fromkeys(NETWORKS, 0.9))


@pytest.mark.usefixtures("nothing_beside")
def test_fresh_rows_tell_a_true_claim_from_a_false_one():
    spoils = examine(9, ask=ask({"optimizer.learning_rate": 1e-7}), rows=500)
    assert spoils.faults == ()
    assert [one.true for one in spoils.tried] == [False, False]
    assert line(spoils).startswith("- 009-blobs")
    helps = examine(2, ask=ask({"training.epochs": 60}), rows=500)
    assert helps.faults == ("too_few_epochs, 1",)
    assert [one.relevant for one in helps.tried] == [True, True]
    assert helps.felt
    assert line(helps).startswith("+ 002-friedman")
    assert "confirmed causes, true" in report([spoils, helps], 0, 1)


def test_an_error_does_not_end_the_population_and_both_controls_are_there():
    def broken(recipe):
        raise ValueError("boom")

    seen = examine(9, ask=broken, rows=500)
    assert line(seen) == f"{seen.id}: ERROR ValueError: boom"
    assert measures([seen])["errors"] == Rate(1, 1)
    assert seen.random.kind == "random"
    assert 0 < seen.bar <= 1
