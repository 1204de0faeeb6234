"""ND701 to ND705: errors on rows a network was trained on against errors on others."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor import api
from nndoctor.checks.generalization.bias_variance import BiasVariance
from nndoctor.checks.generalization.easier_validation import EasierValidation
from nndoctor.checks.generalization.learning_curve import Curve, LearningCurve, Point
from nndoctor.checks.generalization.mismatch import Mismatch, Mismatched
from nndoctor.checks.generalization.overfitting import Curves, Overfitting
from nndoctor.checks.measures.errors_by_seed import Errors
from nndoctor.checks.measures.row_errors import Measured
from nndoctor.findings import Status, Verdict
from nndoctor.trainable import Batch
from nndoctor.watch import Watch

from .fakes import Stopping, Valley
from .setups import made

FAST = 'name = "adam"\nlearning_rate = 1e-2'
NOISY = {
    "data": "n = 300\nnoise = 0.5\nvalidation = 0.4",
    "optimizer": FAST,
    "training": "epochs = 200",
}


def judged(setup, **options):
    report = api.bias_variance(setup, jobs=2, **options)
    return {finding.code: finding for finding in report.findings}


def test_a_wide_network_on_noisy_rows_has_variance_and_overfits():
    found = judged(made("moons", "[100, 100]", **NOISY), learning_curve=False)
    assert found["ND701"].status is Status.WARNING, found["ND701"].message
    assert "overfitting" in found["ND701"].suggests
    assert found["ND702"].status is Status.WARNING, found["ND702"].message
    assert "ND704" not in found


def test_early_stopping_goes_back_and_the_rise_is_harmless():
    stopped = NOISY | {"training": "epochs = 200\nearly_stopping = { patience = 20 }"}
    found = judged(made("moons", "[100, 100]", **stopped), learning_curve=False)
    assert found["ND702"].status is Status.OK, found["ND702"].message
    assert "early stopping" in found["ND702"].message


def test_a_straight_line_on_a_spiral_is_bias_once_the_optimum_is_told():
    setup = made("spiral", "[]", optimizer=FAST, training="epochs = 60")
    unknown, told = judged(setup), judged(setup, target_error=0.0)
    assert unknown["ND701"].status is Status.NOTE
    assert told["ND701"].status is Status.WARNING
    assert told["ND701"].suggests == ("underfitting",)
    noise = judged(setup, target_error=0.5, learning_curve=False)
    assert noise["ND701"].status is not Status.WARNING


def test_a_run_that_went_wrong_is_told_from_overfitting():
    rate = 'name = "sgd"\nlearning_rate = 30'
    setup = made("spiral", "[20]", optimizer=rate, training="epochs = 30")
    found = judged(setup, learning_curve=False)
    assert found["ND701"].status is found["ND702"].status is Status.WARNING
    assert "no better than guessing" in found["ND701"].message
    assert found["ND702"].suggests == ("learning_rate_too_high",)


def test_dropout_is_no_easier_validation():
    setup = made("blobs", "[32]", model="dropout = 0.5", optimizer=FAST, data="noise = 3.0")
    assert judged(setup, learning_curve=False)["ND703"].status is Status.OK


def test_cleaner_labels_to_validate_on_are_told():
    setup = made("blobs", "[8]", data="n = 600\nnoise = 0.5", optimizer=FAST)
    y = setup.train.y.copy()
    y[::5] = (y[::5] + 1) % 3
    wrong = replace(setup, train=Batch(setup.train.x, y))
    finding = judged(wrong, learning_curve=False, epochs=20)["ND703"]
    assert finding.status is Status.WARNING, finding.message
    assert judged(setup, learning_curve=False, epochs=20)["ND703"].status is Status.OK


def test_epochs_can_be_told():
    setup = made("blobs", optimizer=FAST, training="epochs = 40")
    series = judged(setup, epochs=7, learning_curve=False)["ND702"].evidence[-1]
    assert series.x == tuple(map(float, range(8)))


@pytest.mark.parametrize("rows", [0, 4])
def test_without_validation_rows_nothing_is_trained_or_said(rows):
    setup = made("blobs")
    held = None if rows == 0 else setup.validation.rows(slice(0, rows))
    report = api.bias_variance(replace(setup, validation=held), Refusing())
    assert {finding.status for finding in report.findings} == {Status.SKIP}
    assert report.verdict is Verdict.UNDECIDED


class Refusing(Watch):
    def stage(self, text, total=0):
        raise AssertionError(text)


def errors(train, dev, sure=0.001, won=0.1):
    of = Measured(train, sure), Measured(dev, sure)
    return Errors("share of wrong rows", *of, 900, 900, 3, won=Measured(won, 0.001))


LECTURE = [
    (0.01, 0.11, ("overfitting",)),
    (0.15, 0.16, ("underfitting",)),
    (0.15, 0.30, ("underfitting", "overfitting")),
    (0.005, 0.01, ()),
]


@pytest.mark.parametrize(("train", "dev", "causes"), LECTURE)
def test_the_cases_of_the_lecture(train, dev, causes):
    finding = BiasVariance(target_error=0.0).judge(errors(train, dev))
    assert finding.suggests == causes
    assert finding.status is (Status.WARNING if causes else Status.OK)


def test_what_learned_nothing_has_no_variance():
    guesses = errors(0.5, 0.7, won=0.0)
    for check in (BiasVariance(), BiasVariance(target_error=0.0)):
        finding = check.judge(guesses)
        assert finding.suggests == ("underfitting",)
        assert "variance" not in finding.message + finding.advice
    assert "overfitting" in BiasVariance(target_error=0.0).judge(errors(0.5, 0.7)).suggests


@pytest.mark.parametrize(
    ("seen", "target", "status"),
    [
        (errors(0.0, 0.071), None, Status.WARNING),
        (errors(0.0, 0.069), None, Status.NOTE),
        (errors(0.0, 0.031), None, Status.NOTE),
        (errors(0.0, 0.029), None, Status.OK),
        (errors(0.0, 0.2, sure=0.08), None, Status.OK),  # too few rows to be sure
        (errors(0.2, 0.39), None, Status.NOTE),  # half of it may be noise
        (errors(0.2, 0.41), None, Status.WARNING),
        (errors(0.2, 0.39), 0.15, Status.WARNING),
        (errors(0.2, 0.2), None, Status.NOTE),
        (errors(0.2, 0.2), 0.0, Status.WARNING),
        (errors(0.2, 0.2), 0.14, Status.NOTE),
        (errors(0.2, 0.2), 0.18, Status.OK),
        (errors(0.67, 0.67, won=0.0), None, Status.WARNING),  # as good as one answer for all rows
        (errors(0.67, 0.67, won=-0.1), None, Status.WARNING),
        (errors(0.05, 0.05, won=0.0), None, Status.WARNING),
        (errors(0.02, 0.02, won=0.0), None, Status.OK),
        (errors(0.67, 0.67, won=0.0), 0.67, Status.OK),  # nothing better is possible
        (errors(np.nan, 0.2), None, Status.ERROR),
        (errors(0.1, np.nan), 0.0, Status.ERROR),
        (errors(0.1, np.inf), 0.0, Status.ERROR),
    ],
)
def test_judging_bias_and_variance(seen, target, status):
    finding = BiasVariance(target_error=target).judge(seen)
    assert finding.status is status, finding.message
    assert bool(finding.advice) is (status.severity > Status.OK.severity)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (errors(0.1, 0.2), Status.OK),
        (errors(0.2, 0.149), Status.WARNING),
        (errors(0.2, 0.151), Status.OK),
        (errors(0.2, 0.1, sure=0.023), Status.WARNING),
        (errors(0.2, 0.1, sure=0.024), Status.OK),
        (errors(np.nan, 0.1), Status.ERROR),
    ],
)
def test_judging_easier_validation(seen, status):
    assert EasierValidation().judge(seen).status is status


def curves(*validation, train=None, restored=False, seed=0):
    falling = tuple(1.0 / (1 + n) for n in range(len(validation))) if train is None else train
    return Curves(seed, tuple(range(len(validation))), falling, validation, restored)


def overfits(*seen):
    return Overfitting().judge([Overfitting().measure(one) for one in seen], seen)


FALL = (1.0, 0.6, 0.5)


@pytest.mark.parametrize(
    ("curve", "status"),
    [
        (curves(*FALL, 0.45, 0.4, 0.35), Status.OK),
        (curves(*FALL, 0.7, 0.76, 0.8), Status.WARNING),  # 0.26 of 0.5
        (curves(*FALL, 0.7, 0.74, 0.8), Status.NOTE),
        (curves(*FALL, 0.56, 0.56, 0.56), Status.NOTE),
        (curves(*FALL, 0.54, 0.54, 0.54), Status.OK),
        (curves(1.0, 0.02, 0.01, 0.05, 0.05, 0.05), Status.OK),  # five times next to nothing
        (curves(*FALL, 0.7, 0.9), Status.OK),  # for two evaluations only
        (curves(*FALL, 0.7, 0.8, 0.9, train=(1.0, 0.5, 0.4, 0.6, 0.7, 0.8)), Status.OK),
        (curves(*FALL, 0.7, 0.8, 0.9, restored=True), Status.OK),
        (curves(1.0, 1.5, 2.0, 2.5, 3.0), Status.WARNING),  # from the first epoch on
        (curves(1.0, 50, 99, 150, 200, train=(1, 40, 80, 120, 150)), Status.WARNING),
        (curves(1.0, 50, 99, 150, 200, train=(1, 40, 80, 120, 150), restored=True), Status.OK),
        (curves(1.0, 200, 400, train=(1, 200, 400)), Status.WARNING),  # broken off
        (curves(1.0, 1.2, 1.3, train=(1, 1.1, 1.2)), Status.OK),
        (curves(*FALL, np.nan, np.nan, np.nan), Status.ERROR),
        (curves(*[np.nan] * 6), Status.ERROR),
        (curves(*FALL, np.inf, np.inf, np.inf), Status.WARNING),
    ],
)
def test_judging_a_rise_of_the_validation_loss(curve, status):
    finding = overfits(curve)
    assert finding.status is status, finding.message
    assert bool(finding.advice) is (status.severity > Status.OK.severity)


def test_a_rise_on_one_seed_is_no_finding_and_the_epoch_is_told():
    up, down = curves(*FALL, 0.7, 0.8, 0.9), curves(*FALL, 0.45, 0.4, 0.35)
    assert overfits(up, down, down).status is Status.OK
    assert overfits(up, up, down).status is Status.WARNING
    assert "overfitting after epoch 2" in overfits(up).message
    assert "capacity" in overfits(curves(1.0, 1.5, 2.0, 2.5, 3.0)).advice
    assert Overfitting().judge([], []).status is Status.SKIP


def test_what_learned_nothing_of_its_training_rows_does_not_overfit():
    for course in (curves(*FALL, 0.7, 0.8, 0.9), curves(1.0, 1.5, 2.0, 2.5, 3.0)):
        assert "overfitting" in overfits(course).suggests
        finding = overfits(replace(course, learned=False))
        assert finding.status is Status.WARNING
        assert finding.suggests == ("learning_rate_too_high",)
        assert "no better than guessing on its training rows" in finding.message


def test_a_rate_that_lets_nothing_be_learned_is_not_told_as_overfitting():
    rows, rate = NOISY["data"], 'name = "adam"\nlearning_rate = 10.0'
    setup = made("moons", "[64, 64, 64]", data=rows, optimizer=rate, training="epochs = 60")
    finding = judged(setup, learning_curve=False)["ND702"]
    assert finding.suggests == ("learning_rate_too_high",), finding.message


def curve(fell, *devs):
    points = tuple(Point(100 * 2**n, 0.0, Measured(dev, 0.01)) for n, dev in enumerate(devs))
    return Curve("share of wrong rows", points, fell, 3)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (curve(Measured(0.05, 0.02), 0.3, 0.25), Status.NOTE),
        (curve(Measured(0.05, 0.03), 0.3, 0.25), Status.OK),
        (curve(Measured(0.019, 0.001), 0.3, 0.281), Status.OK),
        (curve(Measured(-0.1, 0.01), 0.3, 0.4), Status.OK),
        (curve(Measured(np.nan, np.nan), 0.3, np.nan), Status.WARNING),
        (Curve("share of wrong rows", skipped="interrupted"), Status.SKIP),
    ],
)
def test_judging_a_learning_curve(seen, status):
    assert LearningCurve().judge(seen).status is status


def test_a_learning_curve_halves_the_rows_and_says_when_it_can_not():
    setup = made("blobs", optimizer=FAST)
    given = {"updates": 20, "seed": 0, "jobs": 1, "watch": Watch()}
    check = LearningCurve()
    seen = check.measure(setup.trainable, setup.train, setup.validation, **given)
    assert [point.rows for point in seen.points] == [30, 60, 120, 240]
    few = check.measure(setup.trainable, setup.train.rows(slice(0, 30)), setup.validation, **given)
    assert "too few" in few.skipped
    assert check.measure(setup.trainable, setup.train, None, **given).skipped
    given["watch"] = Stopping(2)
    cut = check.measure(Valley(), setup.train, setup.validation, **given)
    assert cut.skipped == "interrupted"


def mismatched(held, other, sure=0.005):
    parts = [Measured(error, sure) for error in (0.0, held, other)]
    return Mismatched("share of wrong rows", *parts, (80, 20, 90))


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (mismatched(0.02, 0.06), Status.WARNING),
        (mismatched(0.02, 0.049), Status.OK),
        (mismatched(0.02, 0.3, sure=0.07), Status.OK),
        (mismatched(0.3, 0.1), Status.OK),
        (mismatched(np.nan, 0.1), Status.ERROR),
        (Mismatched(skipped="interrupted"), Status.SKIP),
    ],
)
def test_judging_a_mismatch(seen, status):
    assert Mismatch().judge(seen).status is status


def test_a_mismatch_needs_a_second_file_and_rows_of_each_kind():
    setup = made("blobs", data="n = 400\nnoise = 0.3", optimizer=FAST)
    moved = Batch(-setup.validation.x, setup.validation.y)
    given = {"second_file": True, "updates": 200, "seed": 0, "jobs": 1, "watch": Watch()}
    check, mlp = Mismatch(), setup.trainable
    assert check.judge(check.measure(mlp, setup.train, moved, **given)).status is Status.WARNING
    same = check.measure(mlp, setup.train, setup.validation, **given)
    assert check.judge(same).status is Status.OK
    assert check.measure(mlp, setup.train.rows(slice(0, 30)), moved, **given).skipped
    assert check.measure(mlp, setup.train, None, **given).skipped
    given["second_file"] = False
    assert "same file" in check.measure(mlp, setup.train, moved, **given).skipped


def test_the_advice_against_variance_follows_what_the_runs_showed():
    noisy = errors(0.01, 0.3)

    def advice(**shown):
        return BiasVariance().judge(noisy, **shown).advice

    assert advice().endswith(", more rows")
    assert advice(more_rows=True).startswith("variance: more rows (the last doubling")
    assert advice(more_rows=False).endswith("; more rows are not shown to help")
    assert "early stopping" not in advice()
    assert advice(climbing=True).startswith("variance: early stopping")


@pytest.mark.parametrize(
    ("fell", "more", "told"),
    [
        (Measured(0.1, 0.01), True, "more rows would help"),
        (Measured(0.005, 0.001), False, "the last doubling changed little"),
        (Measured(0.005, 0.03), False, "more rows are not shown to help"),
        (Measured(np.nan, 0.03), None, "the error is not finite"),
        (None, None, ""),
    ],
)
def test_whether_more_rows_help(fell, more, told):
    points = tuple(Point(rows, 0.1, Measured(0.2, 0.01)) for rows in (50, 100))
    seen = Curve("error", points, fell, 3)
    assert LearningCurve().more_rows(seen) is more
    assert LearningCurve().judge(seen).message.startswith(told)
