"""The scoreboard counts right, on results made by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from cases import Case
from scoring import Rate, judged, measures, outcome, published

HEALTHY = Case("well", Path(), healthy=True)
FAULTY = Case(
    "ill",
    Path(),
    healthy=False,
    causes=("too_deep", "dead_relu"),
    also_right=("init_too_small",),
    severity="hard",
)
SILENT = replace(FAULTY, severity="silent")
NAMED = {"cause": "too_deep", "status": "confirmed", "rank": 1}


def result(*named, verdict="sick", finding="ok"):
    """As `--format json` writes it; a cause with ! behind it is confirmed, with * certain."""
    statuses = {"!": "confirmed", "*": "certain"}
    causes = [
        {"cause": name.rstrip("!*"), "status": statuses.get(name[-1], "suspected"), "rank": rank}
        for rank, name in enumerate(named, 1)
    ]
    return {"verdict": verdict, "findings": [{"status": finding}], "causes": causes}


def seen(case, *named, cured=None, seconds=1.0, **words):
    return outcome(case, result(*named, **words), seconds, cured)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (("too_deep!",), (1, 1, 1, 1, 0)),
        (("init_too_small", "too_deep"), (0, 1, 1, 1, 0)),
        (("overfitting", "underfitting", "dead_relu", "too_deep"), (0, 0, 1, 1, 1)),
        (("overfitting", "underfitting", "wrong_loss", "too_deep"), (0, 0, 0, 0, 0)),
        (("overfitting", "underfitting", "init_too_small"), (0, 0, 0, 1, 0)),
        ((), (0, 0, 0, 0, 0)),
    ],
)
def test_causes_count_by_rank_and_list(named, expected):
    counted = measures([seen(FAULTY, *named)])
    names = ("first", "first, either list", "first three", "first three, either list", "complete")
    assert tuple(counted[name].hits for name in names) == expected


def test_the_rank_counts_and_not_the_place():
    document = result("overfitting", "too_deep")
    document["causes"][0]["rank"], document["causes"][1]["rank"] = 2, 1
    assert outcome(FAULTY, document, 1.0).named == ("too_deep", "overfitting")


@pytest.mark.parametrize(
    ("verdict", "finding", "alarm"),
    [
        ("healthy", "note", False),
        ("undecided", "skip", False),
        ("healthy", "warning", True),
        ("healthy", "error", True),
        ("undecided", "broken", True),
        ("sick", "ok", True),
    ],
)
def test_an_alarm_is_a_warning_or_the_verdict(verdict, finding, alarm):
    every = [seen(case, verdict=verdict, finding=finding) for case in (FAULTY, HEALTHY)]
    assert measures(every)["detected"] == Rate(int(alarm), 1)
    assert measures(every)["false alarms"] == Rate(int(alarm), 1)


def test_precision_counts_causes_of_healthy_cases_as_wrong():
    every = [
        seen(FAULTY, "too_deep!", "overfitting!", "init_too_small", "wrong_loss"),
        seen(HEALTHY, "too_deep!", verdict="healthy"),
    ]
    assert measures(every)["precision, confirmed"] == Rate(1, 3)
    assert measures(every)["precision, all named"] == Rate(2, 5)


def test_what_is_certain_without_an_experiment_counts_apart():
    counted = measures([seen(FAULTY, "too_deep!", "dead_relu*", "overfitting*", "wrong_loss")])
    assert counted["precision, confirmed"] == Rate(1, 1)
    assert counted["precision, certain"] == Rate(1, 2)
    assert counted["precision, all named"] == Rate(2, 4)


@pytest.mark.parametrize(
    ("more", "sick", "remarked"),
    [
        ({"verdict": "healthy"}, False, False),
        ({"verdict": "sick", "causes": [NAMED]}, True, True),
        ({"verdict": "healthy", "improvements": [{"cause": "too_deep"}]}, False, True),
        (
            {"verdict": "healthy", "findings": [{"status": "note", "suggests": ["too_deep"]}]},
            False,
            True,
        ),
        (
            {"verdict": "healthy", "findings": [{"status": "ok", "suggests": ["too_deep"]}]},
            False,
            False,
        ),
        ({"verdict": "healthy", "improvements": [{"cause": "overfitting"}]}, False, False),
    ],
)
def test_a_silent_fault_may_be_remarked_but_is_no_sickness(more, sick, remarked):
    counted = measures([outcome(SILENT, result() | more, 1.0)])
    assert counted["silent, not called sick"] == Rate(int(not sick), 1)
    assert counted["silent, remarked"] == Rate(int(remarked), 1)
    assert counted["detected"] == counted["precision, all named"] == Rate(0, 0)


def test_several_causes_have_a_row_of_their_own():
    one = replace(FAULTY, causes=("too_deep",))
    counted = measures([seen(FAULTY, "too_deep"), seen(FAULTY, *FAULTY.causes), seen(one)])
    assert counted["complete"] == Rate(1, 3)
    assert counted["complete, several causes"] == Rate(1, 2)


def test_cured_leaves_out_cases_that_no_recipe_mends():
    every = [seen(FAULTY, cured=cured) for cured in (True, False, True, None)]
    assert measures([*every, seen(HEALTHY)])["cured"] == Rate(2, 3)


def test_an_error_is_no_detection_and_a_false_alarm():
    lost = [replace(seen(case, verdict="undecided"), error="boom") for case in (FAULTY, HEALTHY)]
    counted = measures(lost)
    assert counted["detected"] == Rate(0, 1)
    assert counted["false alarms"] == Rate(1, 1)
    assert judged("errors", counted["errors"]) == ("<= 0%", "MISSED")


def test_seconds_are_median_and_longest_against_their_goals():
    counted = measures([seen(FAULTY, seconds=s) for s in (2.0, 61.0, 4.0)])
    assert judged("seconds, median", counted["seconds, median"]) == ("<= 10 s", "met")
    assert judged("seconds, longest", counted["seconds, longest"]) == ("<= 60 s", "MISSED")


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("detected", Rate(99, 100), "met"),
        ("detected", Rate(98, 100), "MISSED"),
        ("false alarms", Rate(3, 100), "met"),
        ("false alarms", Rate(4, 100), "MISSED"),
        ("false alarms", Rate(0, 0), ""),
        ("precision, certain", Rate(0, 10), ""),
    ],
)
def test_goals_are_met_at_their_limit_and_not_judged_on_nothing(name, value, verdict):
    assert judged(name, value)[1] == verdict


def test_published_tools_are_compared_on_their_own_cases():
    tools = {
        "ground_truth_in_benchmark": "act",
        "detected": {"UMLAUT": 1},
        "diagnosed": {"UMLAUT": 0},
        "DeepDiagnosis": {"detected": 0, "symptom": 1},
    }
    every = [
        seen(replace(FAULTY, published=tools), "too_deep"),
        seen(replace(HEALTHY, published=tools), verdict="healthy"),
        seen(FAULTY),
    ]
    assert published(every) == [
        ("DeepDiagnosis", "detected", Rate(0, 1), Rate(1, 1)),
        ("DeepDiagnosis", "detected, healthy", Rate(0, 1), Rate(0, 1)),
        ("DeepDiagnosis", "symptom", Rate(1, 1), Rate(1, 1)),
        ("UMLAUT", "detected", Rate(1, 1), Rate(1, 1)),
        ("UMLAUT", "detected, healthy", Rate(1, 1), Rate(0, 1)),
        ("UMLAUT", "diagnosed", Rate(0, 1), Rate(1, 1)),
    ]
