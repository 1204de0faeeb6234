"""Bad input through the whole check-up: each gets a verdict, and the verdict is true."""

from pathlib import Path

import numpy as np
import pytest

from nndoctor import api
from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.diagnosis.learnable import bond_of
from nndoctor.diagnosis.subject import Tabular
from nndoctor.errors import NNDoctorError
from nndoctor.findings import Verdict
from nndoctor.report.console import make_console
from nndoctor.report.terminal import render_text
from nndoctor.setup import Setup

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

RANDOM = np.random.default_rng(0)
ROWS = 90
X = RANDOM.normal(size=(ROWS, 3))
CLASSES = (X[:, 0] + X[:, 1] > 0).astype(int)
NUMBERS = 2 * X[:, 0] + X[:, 1]
SCALED = 'preprocess.features = "standardize"'
ADAM = 'name = "adam"\nlearning_rate = 0.01'
DEEP = f"hidden = {[8] * 20}\n"
CLASS, NUMBER, LABELS = "classification", "regression", "multilabel"


def written(path: Path, x, y) -> list[str]:
    y = np.asarray(y).reshape(len(x), -1)
    heads = [f"x{at}" for at in range(x.shape[1])]
    targets = [f"y{at}" for at in range(y.shape[1])]
    lines = [",".join([*heads, *targets])]
    lines += [",".join([*(f"{v:.9g}" for v in a), *map(str, b)]) for a, b in zip(x, y, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return targets


def set_up(
    path: Path,
    x=X,
    y=CLASSES,
    task: str = CLASS,
    data: str = SCALED,
    model: str = "hidden = [8]",
    optimizer: str = ADAM,
    training: str = "epochs = 20\nbatch_size = 16\n",
    tail: str = "",
) -> Setup:
    targets = written(path / "rows.csv", x, y)
    names = ", ".join(f'"{one}"' for one in targets)
    (path / "recipe.toml").write_text(
        f'[data]\npath = "rows.csv"\ntarget = [{names}]\ntask = "{task}"\n{data}\n'
        f"[model]\n{model}\n[optimizer]\n{optimizer}\n[training]\n{training}{tail}"
    )
    return api.load_setup(path / "recipe.toml")


def checked(path: Path, budget: float = 4.0, **more) -> Diagnosis:
    """The diagnosis, once it was seen to be drawn and to fit an exit code."""
    setup = set_up(path, **more)
    told = api.checkup(setup, budget=budget)
    report = api.checkup_report(setup, told)
    assert report.exit_code() in (0, 1, 4)
    assert told.sentence in " ".join(render_text(report, make_console(), 0).split()).replace(
        " │ │ ", " "
    )
    assert all(one.change or one.advice for one in told.causes)
    return told


def names(told: Diagnosis) -> list[str]:
    return [one.cause for one in told.causes]


NOTHING = {
    "one class": ({"y": np.zeros(ROWS, int)}, "there is nothing to learn|has one value"),
    "one row": ({"x": X[:1], "y": CLASSES[:1]}, "one row"),
    "a constant target": ({"y": np.full(ROWS, 3.5), "task": NUMBER}, "has one value"),
    "NaN that is refused": (
        {"x": np.where(X > 2, np.nan, X), "data": f'{SCALED}\nmissing = "refuse"'},
        "missing or infinite",
    ),
}


@pytest.mark.parametrize(("odd", "told"), NOTHING.values(), ids=NOTHING)
def test_what_can_not_be_read_or_learnt_is_said_at_once(tmp_path, odd, told):
    with pytest.raises(NNDoctorError, match=told):
        set_up(tmp_path, **odd)


HEALTHY = {
    "NaN in the data": {"data": SCALED, "x": np.where(X > 2.3, np.nan, X)},
    "no validation rows": {"data": f"{SCALED}\nvalidation = 0.0"},
    "a full-batch optimizer": {"optimizer": 'name = "lbfgs"', "training": "epochs = 20\n"},
    "early stopping": {"tail": "[training.early_stopping]\npatience = 5\n"},
    "a plateau schedule": {"tail": '[schedule]\nname = "plateau"\nfactor = 0.5\npatience = 5\n'},
    "three targets": {
        "y": np.column_stack([NUMBERS, X[:, 1], X[:, 2]]),
        "task": NUMBER,
        "training": "epochs = 60\nbatch_size = 8\n",
    },
    "one column": {"x": X[:, :1], "y": (X[:, 0] > 0).astype(int)},
}


@pytest.mark.parametrize("odd", HEALTHY.values(), ids=HEALTHY)
def test_what_is_odd_but_sound_is_healthy(tmp_path, odd):
    told = checked(tmp_path, **odd)
    assert (told.verdict, names(told)) == (Verdict.HEALTHY, [])


SICK = {
    "diverges at step 1": (
        {"optimizer": 'name = "sgd"\nlearning_rate = 1e30'},
        {"learning_rate_too_high"},
    ),
    "twenty exponentials": (
        {"model": f'{DEEP}activation = "exponential"'},
        {"wrong_hidden_activation", "too_deep"},
    ),
    "twenty layers of weights of 100": (
        {"model": f'{DEEP}init = "normal(0, 100)"'},
        {"init_too_large", "too_deep"},
    ),
    "targets of 1e12": ({"y": NUMBERS * 1e12, "task": NUMBER}, {"target_not_scaled"}),
    "inputs of 1e-12": ({"x": X * 1e-12, "data": ""}, {"input_double_scaled"}),
    "one update": (
        {"training": "epochs = 1\nbatch_size = 90\n"},
        {"too_few_epochs", "learning_rate_too_low"},
    ),
}


@pytest.mark.parametrize(("odd", "causes"), SICK.values(), ids=SICK)
def test_what_is_ill_is_named_first_and_cured(tmp_path, odd, causes):
    told = checked(tmp_path, budget=20.0, **odd)
    assert told.verdict is Verdict.SICK
    assert told.causes[0].cause in causes
    assert told.after.score > told.before.score + 0.2
    assert "seed" not in str(told.prescription)


@pytest.mark.parametrize("task", [CLASS, NUMBER])
def test_two_rows_are_too_few_to_tell(tmp_path, task):
    y = CLASSES if task == CLASS else NUMBERS
    told = checked(tmp_path, x=X[-2:], y=y[-2:], task=task, data="validation = 0.0")
    assert told.verdict in (Verdict.UNDECIDED, Verdict.SICK)
    assert {"too_little_data", "degenerate_labels"} & set(names(told))


@pytest.mark.parametrize("task", [CLASS, NUMBER])
def test_three_rows_are_judged_by_whether_they_are_learnt_by_heart(tmp_path, task):
    y = CLASSES if task == CLASS else NUMBERS
    told = checked(tmp_path, x=X[-3:], y=y[-3:], task=task, data="validation = 0.0")
    assert told.verdict in (Verdict.HEALTHY, Verdict.SICK)
    assert told.rows == "training rows"
    assert "labels_shuffled" not in names(told)


def test_a_split_that_leaves_one_class_to_train_on_is_no_matter_of_encoding(tmp_path):
    at = np.flatnonzero(CLASSES)[:2].tolist() + np.flatnonzero(CLASSES == 0)[:1].tolist()
    for seed in range(5):
        setup = set_up(tmp_path, x=X[at], y=CLASSES[at], tail=f"seed = {seed}\n")
        if len(np.unique(setup.train.y)) == 1:
            break
    told = api.checkup(setup, budget=2.0)
    assert names(told) == ["degenerate_labels"]
    assert "held-out rows" in told.causes[0].why[0]


def test_a_class_of_two_rows_is_too_rare_and_the_inputs_are_not_to_blame(tmp_path):
    y = np.zeros(ROWS, int)
    y[np.argsort(X[:, 0])[-2:]] = 1
    told = checked(tmp_path, y=y)
    assert told.verdict is Verdict.UNDECIDED  # nothing was shown of the recipe
    assert "input_uninformative" not in names(told)
    assert set(names(told)) <= {"class_imbalance", "too_little_data"}
    assert "only 2 rows" in told.sentence


def test_a_bond_that_brings_next_to_nothing_says_nothing_of_the_recipe(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1200, 2))
    told = checked(tmp_path, x=x, y=0.2 * x[:, 0] + rng.normal(size=1200), task=NUMBER)
    assert told.verdict is Verdict.UNDECIDED
    assert "next to nothing is learned" in told.sentence
    assert names(told) == ["input_uninformative"]


def test_classes_of_one_row_keep_nothing_from_being_judged(tmp_path):
    y = np.concatenate([np.repeat(np.arange(15), 6), np.arange(15, 20)])
    x = RANDOM.normal(size=(20, 6))[y] * 4 + RANDOM.normal(size=(len(y), 6))
    told = checked(tmp_path, x=x, y=y, training="epochs = 80\nbatch_size = 8\n")
    assert told.verdict is Verdict.HEALTHY


def test_held_out_rows_of_another_kind_are_the_finding_alone(tmp_path):
    written(tmp_path / "other.csv", X * 10 + 40, CLASSES)
    told = checked(tmp_path, data=f'{SCALED}\nvalidation = "other.csv"')
    assert told.verdict is Verdict.SICK
    assert names(told) == ["train_test_mismatch"]


def test_columns_that_never_change_are_named_before_what_follows_from_them(tmp_path):
    told = checked(tmp_path, x=np.ones((ROWS, 2)))
    assert told.verdict is Verdict.SICK
    assert told.causes[0].cause == "constant_features"
    assert not any(one.confirmed for one in told.causes)


def test_a_constant_label_among_others_is_told_and_does_not_count_in_the_score(tmp_path):
    y = np.column_stack([CLASSES, np.ones(ROWS, int), (X[:, 2] > 0).astype(int)])
    told = checked(tmp_path, y=y, task=LABELS, training="epochs = 40\nbatch_size = 8\n")
    assert names(told) == ["degenerate_labels"]
    assert told.causes[0].proof == "data"
    assert told.trained.score > 0.8


def test_labels_that_are_all_constant_leave_nothing_to_learn(tmp_path):
    y = np.column_stack([np.zeros(ROWS, int), np.ones(ROWS, int)])
    told = checked(tmp_path, y=y, task=LABELS)
    assert names(told) == ["degenerate_labels"]
    assert told.sentence.startswith("all targets are the same")
    assert api.checkup(tmp_path / "recipe.toml", fast=True).verdict is Verdict.SICK


def test_many_columns_and_few_rows_are_judged_on_the_rows_trained_on(tmp_path):
    x = RANDOM.normal(size=(30, 600))
    told = checked(tmp_path, x=x, y=(x[:, :50].sum(1) > 0).astype(int))
    assert told.verdict is Verdict.HEALTHY
    assert told.rows == "training rows"
    assert "on the rows it was trained on" in told.sentence
    assert not any("neighbour" in one.name for one in told.references)


def test_a_penalty_that_keeps_few_rows_from_being_memorised_is_no_sickness(tmp_path):
    y = np.random.default_rng(1).normal(size=20)
    told = checked(
        tmp_path,
        x=X[:20],
        y=y,
        task=NUMBER,
        data=f'{SCALED}\npreprocess.target = "standardize"',
        model="hidden = [64, 32]",
        training="epochs = 200\nbatch_size = 32\n",
        tail="[regularization]\nl2 = 0.1\n",
    )
    assert (told.verdict, told.rows, names(told)) == (Verdict.HEALTHY, "training rows", [])
    assert told.gap.mean > 0.05
    assert told.sentence.endswith("so few rows say nothing about new ones")
    assert told.improvements == ()


def test_a_bond_that_few_rows_are_too_few_to_use_is_no_sign_of_labels_drawn_by_lot(tmp_path):
    noise = np.random.default_rng(0).standard_cauchy(ROWS)
    told = checked(tmp_path, y=X[:, 0] + noise, task=NUMBER)
    assert (told.verdict, names(told)) == (Verdict.UNDECIDED, ["too_little_data"])
    assert "correlate with the target beyond chance" in told.sentence


@pytest.mark.parametrize(
    ("kind", "y"), [(CLASS, CLASSES), (NUMBER, np.exp(3 * NUMBERS)), (LABELS, CLASSES[:, None])]
)
def test_single_inputs_go_with_targets_of_any_kind_and_not_with_shuffled_ones(kind, y):
    def bond(targets):
        return bond_of(kind, Tabular(X[:60], targets[:60], X[60:], targets[60:]))

    assert 0.4 < bond(y) < 1
    assert [bond(RANDOM.permutation(y)) for _ in range(5)].count(0.0) >= 4


def test_inputs_or_targets_that_never_change_have_no_bond():
    same = np.ones((10, 2))
    assert bond_of(NUMBER, Tabular(same, X[:10, :1], same[:0], X[:0, :1])) == 0.0
    assert bond_of(NUMBER, Tabular(X[:10], same, X[:0], same[:0])) == 0.0
