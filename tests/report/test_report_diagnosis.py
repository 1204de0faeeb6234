"""How a diagnosis is drawn: every part in its place, nothing cut, nothing computed."""

from dataclasses import replace

import pytest

from nndoctor.diagnosis.diagnosis import (
    Alternative,
    Diagnosis,
    DiagnosisReport,
    Gain,
    Improvement,
    NamedCause,
    NotTested,
    Optimism,
    Reached,
    Side,
    Step,
)
from nndoctor.diagnosis.status import Status as CauseStatus
from nndoctor.findings import Finding, Status, Verdict
from nndoctor.report import make_console, render_text

CONFIRMED, CERTAIN, SUSPECTED = (
    CauseStatus.CONFIRMED, CauseStatus.CERTAIN, CauseStatus.SUSPECTED,
)  # fmt: skip
LOUD = Finding("ND212", "rate-for-optimizer", Status.WARNING, "the rate is far too high")
BESIDE = Finding("ND102", "constant-columns", Status.NOTE, "a column never changes")
GAIN = Gain(0.8, 0.7, 0.9)
TOLD = Diagnosis(
    verdict=Verdict.SICK,
    sentence="R^2 0.10, where a network of usual settings reaches 0.92",
    rows="held-out rows",
    seeds=5,
    rule="a cause is confirmed by a gain of more than 0.02",
    metric="R^2",
    measure="R^2 in the target's own units",
    tried=4,
    trained=Side(0.1, 0.01, 2.0, (0.1, 0.1)),
    simple=Reached("a linear model", 0.97, 0.01),
    causes=(
        NamedCause(
            "learning_rate_too_high", CONFIRMED, "experiment", GAIN, "confirmation", "alone", 0.8,
            (LOUD.message,), ("ND212",), {"optimizer.learning_rate": 0.01},
            "a smaller learning_rate", cures=True, cost=1.0,
        ),
        NamedCause("double_softmax", CERTAIN, "contradiction", why=(LOUD.message,)),
        NamedCause("data_leak", CERTAIN, "data", findings=("ND110",)),
        NamedCause(
            "dead_relu", SUSPECTED, "", Gain(0.1, -0.3, 0.5), "search", "alone",
            change={"model.activation": "elu"},
        ),
        NamedCause("too_few_epochs", SUSPECTED),
        NamedCause("overfitting", SUSPECTED),
    ),
    alternatives=(Alternative("wrong_optimizer", {"optimizer.name": "adam"}, GAIN, 2.0),),
    ruled_out=("init_too_small",),
    not_tested=(NotTested("too_few_epochs", "the budget was spent"),),
    before=Side(0.1, 0.01, 2.0, (0.1, 0.1)),
    after=Side(0.9, 0.01, 0.2, (0.9, 0.9)),
    prescription={"optimizer.learning_rate": 0.01},
    prescription_status="confirmed",
    findings=(LOUD, BESIDE),
    steps=(Step("data", Status.NOTE, "16 checks"), Step("experiments", None, "4 changes tried")),
    budget={"seconds": 3.0},
    recipe_text="[optimizer]\nname = 'sgd' # mine\nlearning_rate = 10.0\n",
    cured_recipe="[optimizer]\nname = 'sgd' # mine\nlearning_rate = 0.01\n",
)  # fmt: skip


def drawn(told: Diagnosis, width: int, verbosity: int = 0, **more) -> str:
    report = DiagnosisReport(
        "checkup", "Why?", told.findings, decided=told.verdict, diagnosis=told, **more
    )
    console = make_console()
    console.width = width
    return render_text(report, console, verbosity)


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize("width", [80, 100, 120])
def test_every_part_is_there_in_order_and_fits(width):
    text = drawn(TOLD, width)
    assert max(map(len, text.splitlines())) <= width
    one_line = " ".join(text.split())
    places = [
        one_line.index(part)
        for part in (
            "SICK R^2 0.10", "a linear model reaches R^2 0.97",
            "confirmed: learning rate too high; 5 more below",
            "R^2 from 0.10 to 0.90", "1 learning rate too high confirmed",
            "80% of what it loses to the reference",
            "ND212 the rate is far too high", "with optimizer.learning_rate = 0.01 alone",
            "R^2 changes by +0.80 (+0.70 to +0.90) on fresh seeds",
            "2 softmax or sigmoid twice certain", "the recipe contradicts itself",
            "3 the answer is among the inputs certain", "the data show it",
            "4 dead ReLU units suspected", "not enough: with model.activation = elu",
            "on the seeds of the search", "5 stopped too early suspected",
            "none: the budget was spent", "suspected: overfitting", "the cure",
            "- learning_rate = 10.0", "+ learning_rate = 0.01", "before and after",
            "optimizer.name = adam", "2.0 times", "not confirmed on others", "what was examined",
            "ruled out init_too_small", "a column never changes", "a gain of more than 0.02",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert one_line.count(LOUD.message) == 1


def test_narrow_terminals_cut_nothing_off():
    assert max(map(len, drawn(TOLD, 50).splitlines())) <= 50


def test_what_was_said_once_is_named_by_its_number():
    assert "as under 1" in drawn(TOLD, 100)


def test_a_sound_set_up_in_place_of_the_recipe_is_the_last_resort_and_said_as_such():
    text = drawn(replace(TOLD, replaced=True, causes=TOLD.causes[4:]), 100)
    assert "no smaller change cures; a set-up of usual settings in its place does" in text
    assert "a set-up of usual settings takes R^2" in text


def test_where_everything_was_tried_and_nothing_cures_it_says_so():
    none = replace(
        TOLD, before=None, after=None, cured_recipe="", prescription={},
        evidence=({"cause": "too_few_epochs", "kind": "screened"},),
    )  # fmt: skip
    assert "none of the changes that were tried cures it" in drawn(none, 99)
    assert "before and after" not in drawn(none, 99)
    of_data = replace(none.causes[0], status=CauseStatus.CERTAIN, proof="data")
    assert "none of the changes" not in drawn(replace(none, causes=(of_data,)), 99)
    untried = replace(none, evidence=())
    assert "none of the changes" not in drawn(untried, 99)


def test_where_time_ran_out_it_does_not_say_that_nothing_cures():
    none = replace(TOLD, after=None, cured_recipe="", prescription={}, finished=False)
    text = drawn(none, 99)
    assert "none of the changes" not in text
    assert "time ran out before all changes were tried" in text


def test_what_was_not_confirmed_yet_is_called_that():
    text = drawn(replace(TOLD, after=None, prescription_status="not yet confirmed"), 99)
    assert "the best supported change, not yet confirmed" in text
    assert "the cure\n" not in text


def test_a_healthy_network_can_be_improvable():
    better = Improvement(
        "input_not_normalised", "standardise the inputs",
        {"data.preprocess.features": "standardize"}, Gain(0.03, 0.02, 0.04),
    )  # fmt: skip
    healthy = Diagnosis(
        Verdict.HEALTHY, "MCC 0.93", trained=TOLD.trained, improvements=(better,), metric="MCC"
    )
    text = " ".join(drawn(healthy, 120).split())
    assert "1 change shown to bring more" in text
    assert "standardise the inputs +0.03 (+0.02 to +0.04)" in text


def test_what_was_cut_short_says_so():
    text = drawn(replace(TOLD, interrupted=True), 100, interrupted=True)
    assert "interrupted: this is only what was found until then" in text


def test_quiet_and_verbose():
    quiet = drawn(TOLD, 100, -1).splitlines()
    assert quiet[0].startswith("SICK")
    assert len(quiet) == 1 + len(TOLD.causes)
    assert "rate-for-optimizer" in drawn(TOLD, 100, 1)


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("alone", "alone R^2 changes"),
        ("on top of the others", "on top of the other changes R^2 changes"),
        ("in a sound set-up", "in a set-up of usual settings that it had spoiled, R^2 changes"),
    ],
)
def test_the_proof_says_in_what_the_change_was_made(context, words):
    told = replace(TOLD, causes=(replace(TOLD.causes[0], context=context),))
    assert words in " ".join(drawn(told, 300).split())


def test_a_gain_of_one_draw_has_no_interval():
    assert str(Gain(0.5, -float("inf"), float("inf"))) == "+0.50, of one draw only"
    assert Gain(0.5, -float("inf"), float("inf")).to_dict()["low"] is None


def test_the_score_that_repeated_rows_would_feign_stands_beside_the_honest_one():
    seen = Optimism(0.97, 0.91, GAIN, shown=True)
    words = "with equal rows on both sides of the split it reads R^2 0.97; on rows never seen 0.91"
    assert words in " ".join(drawn(replace(TOLD, optimism=seen), 100).replace("│", "").split())
    assert "both sides" not in drawn(replace(TOLD, optimism=replace(seen, shown=False)), 100)
