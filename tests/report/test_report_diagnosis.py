"""How a diagnosis is drawn: every part in its place, nothing cut, nothing computed."""

from dataclasses import replace

import pytest

from nndoctor.diagnosis.diagnosis import (
    Alternative,
    Diagnosis,
    DiagnosisReport,
    NamedCause,
    NotTested,
    Side,
    Step,
)
from nndoctor.findings import Finding, Status, Verdict
from nndoctor.report import make_console, render_text

LOUD = Finding("ND212", "rate-for-optimizer", Status.WARNING, "the rate is far too high")
BESIDE = Finding("ND102", "constant-columns", Status.NOTE, "a column never changes")
TOLD = Diagnosis(
    verdict=Verdict.SICK,
    sentence="it reaches 10% of what these data allow",
    rows="held-out rows",
    seeds=5,
    rule="a difference counts beyond 2 standard errors",
    measure="R^2",
    tried=4,
    trained=Side(0.1, 0.01, 2.0, (0.1, 0.1)),
    causes=(
        NamedCause(
            "learning_rate_too_high", True, "experiment", 0.8, 0.02, (LOUD.message,), ("ND212",),
            {"optimizer.learning_rate": 0.01}, "a smaller learning_rate", cures=True, cost=1.0,
        ),
        NamedCause("double_softmax", False, "contradiction", why=(LOUD.message,)),
        NamedCause("data_leak", False, "data", findings=("ND110",)),
        NamedCause("dead_relu", False, "", 0.3, 0.1, (), (), {"model.activation": "elu"}),
        NamedCause("too_few_epochs", False, ""),
        NamedCause("overfitting", False, ""),
    ),
    alternatives=(Alternative("wrong_optimizer", {"optimizer.name": "adam"}, 0.9, 2.0),),
    cleared=("init_too_small",),
    not_tested=(NotTested("too_few_epochs", "the budget was spent"),),
    before=Side(0.1, 0.01, 2.0, (0.1, 0.1)),
    after=Side(0.9, 0.01, 0.2, (0.9, 0.9)),
    prescription={"optimizer.learning_rate": 0.01},
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
            "SICK it reaches 10%", "confirmed: learning rate too high; 5 more below",
            "from 0.10 to 0.90", "1 learning rate too high confirmed", "80% of the lost score",
            "ND212 the rate is far too high", "with optimizer.learning_rate = 0.01 alone",
            "2 softmax or sigmoid twice certain", "the recipe contradicts itself",
            "3 the answer is among the inputs certain", "the data show it",
            "4 dead ReLU units suspected", "not enough: with model.activation = elu",
            "5 stopped too early suspected", "none: the budget was spent",
            "suspected: overfitting", "the cure", "- learning_rate = 10.0",
            "+ learning_rate = 0.01", "before and after", "optimizer.name = adam", "2.0 times",
            "what was examined", "init_too_small", "a column never changes", "2 standard errors",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert one_line.count(LOUD.message) == 1


def test_narrow_terminals_cut_nothing_off():
    assert max(map(len, drawn(TOLD, 50).splitlines())) <= 50


def test_what_was_said_once_is_named_by_its_number():
    assert "what is seen under 1" in drawn(TOLD, 100)


def test_a_sound_set_up_in_place_of_the_recipe_is_told_as_that():
    text = drawn(replace(TOLD, replaced=True, causes=TOLD.causes[4:]), 100)
    assert "no change of it cures; this sound set-up does" in text
    assert "a sound set-up takes the score" in text


def test_where_nothing_cures_it_says_so():
    text = drawn(
        replace(TOLD, before=None, after=None, cured_recipe="", causes=TOLD.causes[4:]), 99
    )
    assert "no change that was tried cures it" in text
    assert "before and after" not in text


def test_what_was_cut_short_says_so():
    text = drawn(replace(TOLD, interrupted=True), 100, interrupted=True)
    assert "interrupted: this is only what was found until then" in text


def test_quiet_and_verbose():
    quiet = drawn(TOLD, 100, -1).splitlines()
    assert quiet[0].startswith("SICK")
    assert len(quiet) == 1 + len(TOLD.causes)
    assert "rate-for-optimizer" in drawn(TOLD, 100, 1)


def test_the_proof_tells_both_sides_of_the_experiments():
    spoils = {"aspect": "penalties", "sound_share": 0.1}
    tried, untried = (
        NamedCause("over_regularised", True, "experiment", recovery, 0.1, (), (),
                   {"regularization": None}, **spoils)
        for recovery in (0.3, None)
    )  # fmt: skip
    kept = "a sound set-up that takes over its penalties keeps 10% of its score"
    text = " ".join(drawn(replace(TOLD, causes=(tried,)), 300).split())
    assert "alone it is not healthy yet" in text
    assert f"; {kept}" in text
    text = " ".join(drawn(replace(TOLD, causes=(untried,)), 300).split())
    assert f"proof {kept}" in text
