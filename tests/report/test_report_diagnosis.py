"""How a diagnosis is drawn: every part in its place, nothing cut, nothing computed."""

import json
import math
from dataclasses import replace

import pytest

from nndoctor.diagnosis.diagnosis import Diagnosis, DiagnosisReport
from nndoctor.diagnosis.records import (
    Alternative,
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
from nndoctor.report.console import make_console
from nndoctor.report.document import render_json
from nndoctor.report.github import render_github
from nndoctor.report.markdown import render_markdown
from nndoctor.report.page import page
from nndoctor.report.reading import read_document
from nndoctor.report.terminal import render_text

CONFIRMED, CERTAIN, SUSPECTED = (CauseStatus.CONFIRMED, CauseStatus.CERTAIN, CauseStatus.SUSPECTED)
LOUD = Finding("ND212", "rate-for-optimizer", Status.WARNING, "the rate is far too high")
BESIDE = Finding("ND102", "constant-columns", Status.NOTE, "a column never changes")
GAIN = Gain(0.8, 0.7, 0.9)
TOLD = Diagnosis(
    verdict=Verdict.SICK,
    sentence="R^2 0.10, where a reference network reaches 0.92",
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
    cure_gain=GAIN,
    findings=(LOUD, BESIDE),
    steps=(Step("data", Status.NOTE, "16 checks"), Step("experiments", None, "4 changes tried")),
    budget={"seconds": 3.0},
    recipe_text="[optimizer]\nname = 'sgd' # mine\nlearning_rate = 10.0\n",
    cured_recipe="[optimizer]\nname = 'sgd' # mine\nlearning_rate = 0.01\n",
)  # fmt: skip


def reported(told: Diagnosis, **more) -> DiagnosisReport:
    return DiagnosisReport(
        "checkup", "Why?", told.findings, decided=told.verdict, diagnosis=told, **more
    )


def drawn(told: Diagnosis, width: int, verbosity: int = 1, **more) -> str:
    report = reported(told, **more)
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
            "ND212 rate-for-optimizer", "details", "what was examined", "also noted NOTE ND102",
            "ruled out init_too_small", "a gain of more than 0.02",
            "optimizer.name = adam", "2.0 times", "not confirmed on others",
            "1 learning rate too high confirmed", "80% of the gap to the reference",
            "with optimizer.learning_rate = 0.01 alone",
            "R^2 changes by +0.80 (+0.70 to +0.90) on fresh seeds",
            "2 softmax or sigmoid twice certain", "the set-up contradicts itself",
            "3 the answer is among the inputs certain", "the data show it",
            "4 dead ReLU units suspected", "not enough: with model.activation = elu",
            "+0.50) on the seeds of the search", "5 too few epochs suspected",
            "none: the budget was spent", "suspected: overfitting", "the fix",
            "- learning_rate = 10.0", "+ learning_rate = 0.01", "before and after",
            "SICK R^2 0.10", "a linear model reaches R^2 0.97",
            "confirmed: learning rate too high, and 5 more",
            "R^2 0.10 -> 0.90 by the change above: +0.80 (+0.70 to +0.90), 2 fresh seeds",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert one_line.count(LOUD.message) == 2  # among the findings, and once as evidence


def test_the_cure_stands_in_the_words_of_the_library_below_the_fix():
    text = drawn(replace(TOLD, code=("MLPRegressor(learning_rate_init=0.01)",)), 80)
    places = [
        text.index(part) for part in ("the fix", "in your code", "  MLPRegressor(", "before and")
    ]
    assert places == sorted(places)


def test_narrow_terminals_cut_nothing_off():
    assert max(map(len, drawn(TOLD, 50).splitlines())) <= 50


def test_what_was_said_once_is_named_by_its_number():
    assert "see also 1" in drawn(TOLD, 100)


def test_a_sound_set_up_in_place_of_the_recipe_is_the_last_resort_and_said_as_such():
    text = drawn(replace(TOLD, replaced=True, causes=TOLD.causes[4:]), 100)
    assert "no smaller change cures it; replacing it by this standard set-up does" in text
    assert "R^2 0.10 -> 0.90 by that set-up" in text


def test_where_everything_was_tried_and_nothing_cures_it_says_so():
    none = replace(
        TOLD,
        before=None,
        after=None,
        cured_recipe="",
        prescription={},
        evidence=({"cause": "too_few_epochs", "kind": "screened"},),
    )
    assert "none of the changes tried cures it" in drawn(none, 99)
    unsure = replace(none, verdict=Verdict.UNDECIDED)
    assert "none of the changes tried was shown to help" in drawn(unsure, 99)
    assert "before and after" not in drawn(none, 99)
    of_data = replace(none.causes[0], status=CauseStatus.CERTAIN, proof="data")
    assert "none of the changes" not in drawn(replace(none, causes=(of_data,)), 99)
    untried = replace(none, evidence=())
    assert "none of the changes" not in drawn(untried, 99)


def test_where_time_ran_out_it_does_not_say_that_nothing_cures():
    none = replace(TOLD, after=None, cured_recipe="", prescription={}, finished=False)
    text = drawn(none, 99)
    assert "none of the changes" not in text
    assert "the time budget was used up before all changes were tried" in " ".join(text.split())


def test_what_was_not_confirmed_yet_is_called_that():
    text = drawn(replace(TOLD, after=None, prescription_status="not yet confirmed"), 99)
    assert "the most promising change, not yet confirmed" in text
    assert "the fix\n" not in text


def test_a_healthy_network_can_be_improvable():
    better = Improvement(
        "input_not_normalised",
        "standardise the inputs",
        {"data.preprocess.features": "standardize"},
        Gain(0.03, 0.02, 0.04),
    )
    healthy = Diagnosis(
        Verdict.HEALTHY, "MCC 0.93", trained=TOLD.trained, improvements=(better,), metric="MCC"
    )
    text = " ".join(drawn(healthy, 120).split())
    assert "1 change shown to improve it further" in text
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
        ("alone", "alone, R^2 changes"),
        ("on top of the others", "on top of the other changes, R^2 changes"),
        (
            "in place of one of the others",
            "in place of one change of the cure, on top of its others",
        ),
        ("in a sound set-up", "in a standard set-up with this fault, R^2 changes"),
    ],
)
def test_the_proof_says_in_what_the_change_was_made(context, words):
    told = replace(TOLD, causes=(replace(TOLD.causes[0], context=context),))
    assert words in " ".join(drawn(told, 300).split())


def test_a_cause_whose_change_cures_in_place_of_another_says_so_on_the_screen():
    first, second = TOLD.causes[:2]
    instead = replace(second, status=first.status, context="in place of one of the others")
    told = replace(TOLD, causes=(replace(first, cures=False), instead))
    assert "in place of another change" in brief(told)


def test_a_gain_of_one_draw_has_no_interval():
    assert str(Gain(0.5, -float("inf"), float("inf"))) == "+0.50 (one run only)"
    assert Gain(0.5, -float("inf"), float("inf")).to_dict()["low"] is None


def test_the_score_that_repeated_rows_would_feign_stands_beside_the_honest_one():
    seen = Optimism(0.97, 0.91, GAIN, shown=True)
    words = "with copies of training rows held out it would score R^2 0.97; "
    words += "on rows never seen it scores 0.91"
    assert words in " ".join(drawn(replace(TOLD, optimism=seen), 100).replace("│", "").split())
    assert "both sides" not in drawn(replace(TOLD, optimism=replace(seen, shown=False)), 100)


def brief(told: Diagnosis, width: int = 80, **more) -> str:
    return drawn(told, width, 0, **more)


def test_a_change_of_code_is_shown_also_where_no_cause_is_named_and_no_recipe_changes():
    line = "opt = torch.optim.Adam(model.parameters(), lr=0.01)"
    text = brief(replace(TOLD, causes=(), cured_recipe="", code=(line,)))
    assert text.index("in your code") < text.index(line) < text.index("SICK")


def test_markdown_and_the_page_show_the_cure_in_the_words_of_the_library_too():
    told = replace(TOLD, code=("MLPRegressor(", "    alpha=1e-4 < 1)"))
    for draw in (page, render_markdown):
        assert "in your code" not in draw(reported(TOLD)).lower()
    text = page(reported(told))
    assert "MLPRegressor(\n    alpha=1e-4 &lt; 1)" in text
    places = [text.index(one) for one in ("the fix", "in your code", "MLPRegressor(")]
    assert places == sorted(places)
    text = render_markdown(reported(told))
    assert "In your code:\n\n```python\nMLPRegressor(\n    alpha=1e-4 < 1)\n```" in text
    assert text.index("```diff") < text.index("```python")


def test_the_page_gives_no_reason_why_a_cause_that_is_named_would_not_be():
    left = (NotTested("overfitting", "no time was left"), NotTested("wrong_loss", "no time at all"))
    text = page(reported(replace(TOLD, not_tested=left)))
    assert "<td>wrong_loss</td>" in text
    assert "<td>overfitting</td>" not in text
    assert "other causes" not in page(reported(replace(TOLD, not_tested=left[:1], ruled_out=())))


@pytest.mark.parametrize("width", [80, 120])
def test_the_brief_report_fits_a_screen_and_ends_in_verdict_and_command(width):
    text = brief(
        TOLD, width, words=("rows", "network", "guessed a", "guessed b"), next_step="go on"
    )
    lines = text.splitlines()
    assert len(lines) <= 20  # with all that there can be
    assert max(map(len, lines)) <= width
    places = [
        text.index(part)
        for part in (
            "checkup  rows",
            "network",
            "guessed a; guessed b",
            "1  learning rate too high  confirmed",
            "ND212  the rate is far too high",
            "2  softmax or sigmoid twice  certain",
            "and 4 more, which -v shows",
            "the fix",
            "- learning_rate = 10.0",
            "+ learning_rate = 0.01",
            "optimizer.name = adam",
            "ND102 constant-columns (-v)",
            "SICK",
            "R^2 0.10 -> 0.90 by the change above",
        )
    ]
    assert places == sorted(places)
    assert lines[-1] == "next: go on"
    assert "before and after" not in text


def test_a_long_fix_is_cut_short_and_says_where_the_rest_is():
    many = "".join(f"key_{at} = {at}\n" for at in range(20))
    told = replace(TOLD, recipe_text="[optimizer]\n", cured_recipe=f"[optimizer]\n{many}")
    full = {"words": ("rows " * 30, "network", "guessed"), "next_step": "go on"}
    text = brief(told, **full)
    assert "... 19 more lines: -v shows them, --write FILE writes them" in text
    assert len(text.splitlines()) <= 20
    assert "... 19 more lines: fixed.toml" in brief(told, wrote="fixed.toml", **full)
    few = replace(told, causes=told.causes[:1], alternatives=(), findings=())
    assert "... 15 more lines" in brief(few)


@pytest.mark.parametrize("width", range(60, 100))
def test_a_line_that_is_too_long_ends_with_a_whole_word(width):
    told = "one update changes a typical weight by 0.8125 times its size " * 4
    loud = replace(LOUD, message=told)
    cause = replace(TOLD.causes[0], why=(told,))
    text = brief(replace(TOLD, causes=(cause,), findings=(loud,)), width)
    lines = text.splitlines()
    at = next(at for at, one in enumerate(lines) if "ND212" in one)
    first, second = lines[at : at + 2]
    assert max(len(first), len(second)) <= width
    assert width - 12 < len(second)
    assert second.endswith(" ...")
    assert set(first.split()[1:]) | set(second.split()[:-1]) <= set(told.split())


def test_a_command_to_copy_is_never_folded():
    command = "nndoctor checkup " + "a/" * 60
    assert brief(TOLD, 60, next_step=command).splitlines()[-1] == f"next: {command}"


def test_what_a_layer_shows_is_a_consequence_where_another_change_alone_cures():
    dead = NamedCause("dead_relu", CONFIRMED, "experiment", GAIN, "confirmation", "alone")
    told = replace(TOLD, causes=(TOLD.causes[0], dead))
    assert "2  dead ReLU units  a consequence of 1" in brief(told)
    apart = replace(TOLD, causes=(replace(TOLD.causes[0], cures=False), dead))
    assert "2  dead ReLU units  confirmed" in brief(apart)
    fixed = replace(told, prescription={"model.layers[0].bias_init": None})
    own = replace(dead, change=fixed.prescription)
    assert "2  dead ReLU units  confirmed" in brief(replace(fixed, causes=(TOLD.causes[0], own)))
    alone = replace(TOLD, causes=(dead,))
    assert "1  dead ReLU units  confirmed" in brief(alone)
    stated = NamedCause("init_constant", CERTAIN, "contradiction")
    beside = replace(TOLD, causes=(TOLD.causes[0], stated))
    assert "2  all weights of a layer equal  certain" in brief(beside)


def test_what_would_improve_a_healthy_network_is_one_line():
    better = Improvement(
        "batch_size_too_large",
        "smaller batches",
        {"training.batch_size": 32},
        Gain(0.03, 0.02, 0.04),
    )
    healthy = Diagnosis(
        Verdict.HEALTHY, "MCC 0.93", trained=TOLD.trained, improvements=(better,), metric="MCC"
    )
    assert "would gain training.batch_size = 32: MCC +0.03" in brief(healthy)


@pytest.mark.parametrize(
    "change",
    [{}, {"cure_gain": Gain(0.1, -math.inf, math.inf)}, {"code": ("MLPRegressor(", "  alpha=0)")}],
)
def test_a_diagnosis_read_back_is_the_same(change):
    told = replace(TOLD, evidence=({"cause": "dead_relu", "kind": "screened"},), **change)
    report = reported(told, fields=told.to_dict(), recipe="mine.toml", recipe_text=told.recipe_text)
    again = read_document(render_json(report).encode(), "result.json")
    assert isinstance(again, DiagnosisReport)
    assert again.diagnosis == told
    assert json.loads(render_json(again)) == json.loads(render_json(report))
    text = page(again)
    places = [text.index(one) for one in (told.sentence, "learning rate too high", "the fix")]
    assert places == sorted(places)
    assert "by the change below" in text
    assert replace(again, known=again.grounds).exit_code() == 0
    assert replace(again, known=again.grounds[1:]).exit_code() == 1


def test_annotations_point_at_the_key_that_the_fix_changes():
    report = reported(TOLD, recipe="mine.toml", recipe_text=TOLD.recipe_text)
    first = render_github(report).splitlines()[0]
    assert first.startswith("::error file=mine.toml,line=3,title=learning_rate_too_high")
