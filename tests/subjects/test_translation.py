"""Each intervention on a recipe: its edits where it applies, a true reason where it does not."""

import numpy as np
import pytest

from nndoctor.diagnosis import interventions as kinds
from nndoctor.diagnosis.interventions import (
    AverageLoss,
    BalanceClasses,
    ClearGradients,
    Clip,
    Descend,
    DropClipping,
    DropDropout,
    DropEarlyStopping,
    DropPenalty,
    DropSchedule,
    EncodeClasses,
    EnlargeBatch,
    FitLoss,
    FitOutputActivation,
    FitOutputUnits,
    FitTargetShape,
    Intervention,
    LowerMomentum,
    MoreUpdates,
    NoDropoutInEvaluation,
    Normalise,
    Reinitialise,
    ReplaceActivation,
    ReplaceOptimizer,
    RescaleInputs,
    RescaleTarget,
    RescaleTinyInputs,
    Reseed,
    ResetBiases,
    ResetEpsilon,
    ScaleRate,
    Shorten,
    ShrinkBatch,
    Shuffle,
    StepPlainly,
    StopAtBest,
    TrainAllParameters,
    TrainMode,
    Unfreeze,
    WeakenPenalties,
    Widen,
)
from nndoctor.diagnosis.subject import Part, Refused
from nndoctor.recipe import loads
from nndoctor.recipe.editing import edit
from nndoctor.setup import Setup, build
from nndoctor.subjects.recipe_subject import RecipeSubject
from nndoctor.subjects.translation import edits_for

BLOBS = '[data]\ngenerator = "blobs"\nn = 200\nclasses = 3\n'
ONE_UNIT = BLOBS + 'task = "classification"\ntarget_encoding = "numeric"\n'
CIRCLES = '[data]\ngenerator = "circles"\nn = 200\n'
SINE = '[data]\ngenerator = "sine"\nn = 200\n'
RARE = '[data]\npath = "rare.csv"\ntarget = "y"\ntask = "classification"\n'
LARGE = '[data]\npath = "large.csv"\ntarget = "y"\ntask = "regression"\n'
TINY = '[data]\npath = "tiny.csv"\ntarget = "y"\ntask = "regression"\n'
STANDARD = '[data.preprocess]\nfeatures = "standardize"\n'
NET = "[model]\nhidden = [8, 8]\n"
LBFGS = '[optimizer]\nname = "lbfgs"\n'

SIGMOIDS = NET + 'activation = "sigmoid"\n'
SHUT = """\
[[model.layers]]
units = 8
activation = "relu"
bias_init = "constant(-3)"
[[model.layers]]
units = 3
activation = "linear"
bias_init = "constant(-1)"
"""
LONG = """\
[[model.layers]]
units = 300
activation = "relu"
[[model.layers]]
units = 8
activation = "sigmoid"
dropout = 0.5
[[model.layers]]
units = 5
activation = "linear"
dropout = 0.2
"""

MADE: list[tuple[Intervention, str, dict[str, object]]] = [
    (FitLoss(), CIRCLES + NET + '[loss]\nname = "mse"\n',
     {"loss.name": "cross_entropy", "loss.from_logits": None, "loss.delta": None,
      "model.output_activation": None}),
    (FitOutputUnits(), BLOBS + LONG, {"model.layers[2].units": 3}),
    (EncodeClasses(), ONE_UNIT + NET + '[loss]\nname = "mse"\n',
     {"data.target_encoding": "class", "loss.name": "cross_entropy", "loss.from_logits": None,
      "loss.delta": None, "model.output_activation": None}),
    (RescaleTarget(), LARGE + NET, {"data.preprocess.target": "standardize"}),
    (RescaleTarget(), LARGE + NET + 'output_activation = "sigmoid"\n',
     {"data.preprocess.target": "minmax"}),
    (FitOutputActivation("double_softmax"), BLOBS + NET + 'output_activation = "softmax"\n',
     {"model.output_activation": None}),
    (AverageLoss(), BLOBS + NET + '[loss]\nreduction = "sum"\n', {"loss.reduction": None}),
    (BalanceClasses(), RARE + NET, {"loss.class_weights": "balanced"}),
    (RescaleInputs(), LARGE + NET, {"data.preprocess.features": "standardize"}),
    (RescaleTinyInputs(), TINY + NET, {"data.preprocess.features": "standardize"}),
    (Shuffle(), BLOBS + NET + "[training]\nshuffle = false\n", {"training.shuffle": None}),
    (Shorten(), BLOBS + "[model]\nhidden = [9, 8, 7, 6]\n", {"model.hidden": [9, 8]}),
    (ReplaceActivation("unfit", "relu"), BLOBS + SIGMOIDS,
     {"model.activation": "relu", "model.init": None}),
    (ReplaceActivation("unfit", "relu"), BLOBS + LONG,
     {"model.layers[1].activation": "relu", "model.layers[1].init": None}),
    (ReplaceActivation("relu", "leaky_relu(0.1)"), SINE + NET + 'output_activation = "relu"\n',
     {"model.activation": "leaky_relu(0.1)", "model.output_activation": "leaky_relu(0.1)"}),
    (Normalise(), BLOBS + NET, {"model.batch_norm": True}),
    (Normalise(also_replace_saturating=True), BLOBS + SIGMOIDS,
     {"model.batch_norm": True, "model.activation": "relu", "model.init": None}),
    (Reinitialise("constant"), BLOBS + NET + 'init = "ones"\n',
     {"model.init": None, "model.init_gain": None, "model.output_init": None}),
    (ResetBiases(), BLOBS + SHUT, {"model.layers[0].bias_init": None}),
    (DropPenalty(), BLOBS + NET + "[regularization]\nl1 = 1.0\n[optimizer]\nweight_decay = 1.0\n",
     {"regularization": None, "optimizer.weight_decay": None}),
    (DropPenalty(), BLOBS + NET + '[optimizer]\nname = "adamw"\n', {"optimizer.weight_decay": 0.0}),
    (WeakenPenalties(0.01), BLOBS + NET + "[regularization]\nl1 = 1.0\nelastic_net = "
     "{ strength = 3.0 }\n[optimizer]\nweight_decay = 0.5\n",
     {"regularization.l1": 0.01, "regularization.elastic_net.strength": 0.03,
      "optimizer.weight_decay": 0.005}),
    (DropDropout(), BLOBS + LONG,
     {"model.layers[1].dropout": None, "model.layers[2].dropout": None}),
    (DropSchedule(), BLOBS + NET + '[schedule]\nname = "cosine"\n', {"schedule": None}),
    (LowerMomentum(), BLOBS + NET + '[optimizer]\nname = "sgd"\nmomentum = 0.99\n',
     {"optimizer.momentum": 0.9}),
    (LowerMomentum(), BLOBS + NET + "[optimizer]\nbeta1 = 0.99\n", {"optimizer.beta1": 0.9}),
    (ResetEpsilon(), BLOBS + NET + "[optimizer]\neps = 1.0\n", {"optimizer.eps": None}),
    (DropClipping(), BLOBS + NET + "[optimizer]\nclip_value = 1e-6\n",
     {"optimizer.clip_value": None}),
    (Clip(), BLOBS + NET, {"optimizer.clip_norm": 1.0}),
    (ScaleRate(0.3), BLOBS + NET, {"optimizer.learning_rate": 0.0003}),
    (EnlargeBatch(), BLOBS + NET + "[training]\nbatch_size = 2\nepochs = 10\n",
     {"training.batch_size": 32, "training.epochs": 160}),
    (ShrinkBatch(), BLOBS + NET + "[training]\nbatch_size = 500\n", {"training.batch_size": 32}),
    (MoreUpdates(8), BLOBS + NET + "[training]\nepochs = 5\n", {"training.epochs": 40}),
    (DropEarlyStopping(), BLOBS + NET + "[training]\nearly_stopping = { patience = 1 }\n",
     {"training.early_stopping": None}),
    (StopAtBest(), BLOBS + NET + "[training]\nepochs = 50\n",
     {"training.early_stopping": {"patience": 5}}),
    (Widen(4), BLOBS + NET, {"model.hidden": [32, 32]}),
    (Widen(4), BLOBS + LONG, {"model.layers[1].units": 32}),
    (ReplaceOptimizer("adam"), BLOBS + NET + '[optimizer]\nname = "sgd"\nmomentum = 0.5\n',
     {"optimizer.learning_rate": 0.001, "optimizer.momentum": None, "optimizer.name": "adam"}),
    (Reseed(), BLOBS + NET, {}),
]  # fmt: skip

REFUSED: list[tuple[Intervention, str, str]] = [
    (FitLoss(), BLOBS + NET, "cross_entropy suits the task"),
    (FitOutputUnits(), BLOBS + NET, "one output unit per class"),
    (FitOutputUnits(), SINE + NET, "not for classes"),
    (EncodeClasses(), BLOBS + NET, "output units of their own"),
    (EncodeClasses(), SINE + NET, "not one of several classes"),
    (EncodeClasses(), CIRCLES + NET, "only two classes"),
    (RescaleTarget(), SINE + NET, "near mean 0"),
    (RescaleTarget(), BLOBS + NET, "only the target of a regression"),
    (RescaleTarget(), LARGE + '[data.preprocess]\ntarget = "minmax"\n' + NET, "scaled already"),
    (FitOutputActivation("double_softmax"), BLOBS + NET, "fits loss and target"),
    (FitOutputActivation("missing_output_activation"),
     BLOBS + NET + 'output_activation = "softmax"\n', "in another way: double_softmax"),
    (AverageLoss(), BLOBS + NET, "averaged over the batch already"),
    (BalanceClasses(), BLOBS + NET, "3 times the rows"),
    (BalanceClasses(), SINE + NET, "not encoded as classes"),
    (BalanceClasses(), RARE + NET + '[loss]\nclass_weights = "balanced"\n', "weighted already"),
    (RescaleInputs(), LARGE + STANDARD + NET, "standardised already"),
    (RescaleInputs(), TINY + NET, "hardly vary"),
    (RescaleTinyInputs(), LARGE + NET, "vary enough"),
    (Shuffle(), BLOBS + NET, "shuffled already"),
    (Shorten(), BLOBS + NET, "fewer than 4 hidden layers"),
    (ReplaceActivation("saturating", "relu"), BLOBS + NET, "no hidden layer has a saturating"),
    (ReplaceActivation("relu", "leaky_relu(0.1)"), BLOBS + SIGMOIDS, "no hidden layer has a ReLU"),
    (Normalise(), BLOBS + "[model]\nhidden = [8]\n", "fewer than two hidden layers"),
    (Normalise(), BLOBS + NET + "layer_norm = true\n", "normalised already"),
    (Normalise(also_replace_saturating=True), BLOBS + NET, "no hidden layer has a saturating"),
    (Reinitialise("constant"), BLOBS + NET, "equal in a hidden layer"),
    (Reinitialise("large"), BLOBS + NET + 'init = "he_normal"\n', "more than 2 times"),
    (Reinitialise("small"), BLOBS + NET + 'init = "zeros"\n', "all equal"),
    (ResetBiases(), BLOBS + SHUT.replace("-3", "3"), "negative biases"),
    (DropPenalty(), BLOBS + NET, "no penalty"),
    (WeakenPenalties(0.01), BLOBS + NET, "no penalty on the weights"),
    (DropDropout(), BLOBS + NET, "no dropout"),
    (DropSchedule(), BLOBS + NET, "no schedule"),
    (LowerMomentum(), BLOBS + NET, "no momentum of 0.95"),
    (ResetEpsilon(), BLOBS + NET, "within a factor of 100"),
    (ResetEpsilon(), BLOBS + NET + '[optimizer]\nname = "sgd"\n', "sgd has no epsilon"),
    (DropClipping(), BLOBS + NET, "not clipped"),
    (Clip(), BLOBS + NET + "[optimizer]\nclip_norm = 5.0\n", "clipped already"),
    (Clip(), BLOBS + NET + LBFGS, "lbfgs"),
    (ScaleRate(10.0), BLOBS + NET + LBFGS, "lbfgs has no learning rate"),
    (EnlargeBatch(), BLOBS + NET, "8 rows or more"),
    (EnlargeBatch(), BLOBS.replace("200", "60") + NET + "[training]\nbatch_size = 1\n", "too few"),
    (ShrinkBatch(), BLOBS + NET, "64 rows or less"),
    (ShrinkBatch(), BLOBS.replace("200", "2000") + NET + "[training]\nbatch_size = 100\n",
     "more than 4 updates in an epoch"),
    (ShrinkBatch(), BLOBS + NET + LBFGS, "all rows in each update"),
    (DropEarlyStopping(), BLOBS + NET, "does not stop early"),
    (StopAtBest(), BLOBS + NET + "[training]\nepochs = 5\n", "5 epochs are too few"),
    (StopAtBest(), BLOBS + "validation = 0.0\n" + NET, "holds no rows out"),
    (StopAtBest(), BLOBS + NET + "[training]\nearly_stopping = { patience = 1 }\n", "already"),
    (Widen(4), BLOBS + "[model]\nhidden = [256, 300]\n", "256 units or more"),
    (ReplaceOptimizer("adam"), BLOBS + NET, "adam is in use"),
    (ReplaceOptimizer("adam"), BLOBS + NET + '[optimizer]\nname = "adamw"\n', "adamw is in use"),
    (ReplaceOptimizer("adam"), BLOBS + NET + LBFGS, "all rows in each update"),
]  # fmt: skip

ALWAYS = {MoreUpdates, Reseed}  # can be made of any recipe
NEVER = {
    ClearGradients,
    Descend,
    FitTargetShape,
    NoDropoutInEvaluation,
    StepPlainly,
    TrainAllParameters,
    TrainMode,
    Unfreeze,
}
REFUSED += [(one(), BLOBS + NET, "has no code of its own") for one in sorted(NEVER, key=str)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 2))
    tables = {"large": (300 * x, 1e5 * x[:, 0]), "tiny": (0.01 * x, x[:, 1])}
    tables["rare"] = (x, np.arange(200) % 10 == 0)
    for name, (inputs, target) in tables.items():
        rows = np.column_stack([inputs, target])
        np.savetxt(tmp_path / f"{name}.csv", rows, "%g", ",", header="a,b,y", comments="")
    monkeypatch.chdir(tmp_path)


def setup_of(text: str) -> Setup:
    return build(loads(text), "recipe", text)


def name(value: object) -> str:
    return str(value) if isinstance(value, Intervention) else ""


def test_every_kind_is_made_somewhere_and_refused_somewhere():
    every = {
        one
        for one in vars(kinds).values()
        if isinstance(one, type) and issubclass(one, Intervention) and one is not Intervention
    }
    assert {type(one) for one, *_ in MADE} == every - NEVER
    assert {type(one) for one, *_ in REFUSED} == every - ALWAYS


@pytest.mark.parametrize(("intervention", "text", "edits"), MADE, ids=name)
def test_it_edits_what_it_has_to_and_nothing_else(intervention, text, edits):
    assert edits_for(setup_of(text), intervention) == edits


@pytest.mark.parametrize(("intervention", "text", "edits"), MADE, ids=name)
def test_the_edited_recipe_can_be_run(intervention, text, edits):
    subject = RecipeSubject.of(setup_of(text))
    changed = subject.apply(intervention)
    assert not isinstance(changed, Refused)
    assert changed.key != subject.key
    # what the recipe does not have is not said to be left out
    assert changed.change.items() <= edits.items()
    assert all(value is None for key, value in edits.items() if key not in changed.change)
    assert edit(subject.recipe, edits) == changed.recipe


@pytest.mark.parametrize(("intervention", "text", "reason"), REFUSED, ids=name)
def test_a_refusal_gives_the_true_reason(intervention, text, reason):
    refused = edits_for(setup_of(text), intervention)
    assert isinstance(refused, Refused)
    assert reason in refused.reason


def test_early_stopping_gets_rows_of_its_own_to_stop_by():
    # a subject holds rows out to judge it by, and none besides unless the recipe decides by some
    subject = RecipeSubject.of(setup_of(BLOBS + NET + "[training]\nepochs = 50\n"))
    assert subject.plain.validation is None
    stopping = subject.apply(StopAtBest()).setup(0, Part.SEARCH)
    assert stopping.validation is not None
    assert len(stopping.test) == len(subject.plain.test)


@pytest.mark.parametrize("rows", [3, 15])
def test_runs_that_stop_early_are_judged_on_the_same_rows(rows):
    # so few that nothing is held out to judge by
    text = BLOBS.replace("200", str(rows)) + NET + "[training]\nepochs = 10\n"
    subject = RecipeSubject.of(setup_of(text))
    stopping = subject.apply(StopAtBest())
    given, changed = (one.run(0, Part.SEARCH) for one in (subject, stopping))
    assert not given.held_curve
    assert given.left_out.shape == changed.left_out.shape
    judged = [one.rows(0, Part.SEARCH).judged_y for one in (subject, stopping)]
    assert sorted(judged[0]) == sorted(judged[1])


def test_the_placebo_changes_the_random_numbers_alone():
    subject = RecipeSubject.of(setup_of(BLOBS + NET))
    placebo = subject.apply(Reseed())
    assert placebo.recipe == subject.recipe
    assert placebo.key != subject.key
