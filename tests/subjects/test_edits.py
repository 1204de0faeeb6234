"""Each change on both ways to write a model: it applies where it should, and once made no more."""

import numpy as np
import pytest

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.subject import Refused
from nndoctor.recipe import loads
from nndoctor.recipe.editing import edit, edit_text
from nndoctor.setup import Setup, build
from nndoctor.subjects.recipe_subject import RecipeSubject
from nndoctor.subjects.translation import edits_for

BLOBS = '[data]\ngenerator = "blobs"\nn = 90\nclasses = 3\n'
CIRCLES = '[data]\ngenerator = "circles"\nn = 90\n'
SINE = '[data]\ngenerator = "sine"\nn = 90\n'
ONE = 'task = "classification"\ntarget_encoding = "numeric"\n'


def short(hidden: str = "[8, 8]", rest: str = "", more: str = "") -> str:
    return f"[model]\nhidden = {hidden}\n{rest}\n{more}"


def long(units: int, output: str = "linear", each: str = "", last: str = "", more: str = "") -> str:
    hidden = each or 'activation = "relu"'
    layer = f"[[model.layers]]\nunits = 8\n{hidden}\n"
    return 2 * layer + f'[[model.layers]]\nunits = {units}\nactivation = "{output}"\n{last}\n{more}'


def setup_of(text: str) -> Setup:
    return build(loads(text), "recipe", text)


def runnable(setup: Setup, cause: str) -> list:
    """The edits of those rungs of a cause that can be made."""
    rungs = [edits_for(setup, one) for one in CAUSES[cause].ladder]
    return [one for one in rungs if not isinstance(one, Refused)]


# cause -> the same fault in the short and in the long form
FAULTS = {
    "wrong_output_activation": (
        SINE + short(rest='output_activation = "sigmoid"'), SINE + long(1, "sigmoid")),
    "missing_output_activation": (
        BLOBS + short(more="[loss]\nfrom_logits = false"),
        BLOBS + long(3, more="[loss]\nfrom_logits = false")),
    "double_softmax": (
        BLOBS + short(rest='output_activation = "softmax"'), BLOBS + long(3, "softmax")),
    "wrong_loss": (
        BLOBS + short(more='[loss]\nname = "mse"'), BLOBS + long(3, more='[loss]\nname = "mse"')),
    "labels_wrong_encoding": (
        BLOBS + ONE + short(more='[loss]\nname = "mse"'),
        BLOBS + ONE + long(1, more='[loss]\nname = "mse"')),
    "loss_reduction_sum": (
        BLOBS + short(more='[loss]\nreduction = "sum"'),
        BLOBS + long(3, more='[loss]\nreduction = "sum"')),
    "missing_hidden_activation": (
        BLOBS + short(rest='activation = "linear"'), BLOBS + long(3, each='activation = "linear"')),
    "wrong_hidden_activation": (
        BLOBS + short(rest='activation = "sigmoid"'),
        BLOBS + long(3, each='activation = "sigmoid"')),
    "saturated_activation": (
        BLOBS + short(rest='activation = "tanh"'), BLOBS + long(3, each='activation = "tanh"')),
    "dead_relu": (BLOBS + short(), BLOBS + long(3)),
    "init_constant": (
        BLOBS + short(rest='init = "zeros"'),
        BLOBS + long(3, each='activation = "relu"\ninit = "constant(0.1)"')),
    "init_too_large": (
        BLOBS + short(rest='init = "normal(0, 9)"'),
        BLOBS + long(3, each='activation = "relu"\ninit = "uniform(-9, 9)"')),
    "init_too_small": (
        BLOBS + short(rest='init = "normal(0, 1e-4)"'),
        BLOBS + long(3, each='activation = "relu"\ninit = "truncated_normal(0, 1e-4)"')),
    "too_deep": (
        BLOBS + short("[8, 8, 8, 8, 8]"),
        BLOBS + '[[model.layers]]\nunits = 8\nactivation = "relu"\n' * 3 + long(3)),
    "vanishing_gradient": (BLOBS + short(), BLOBS + long(3)),
    "capacity_too_small": (BLOBS + short(), BLOBS + long(3)),
    "dropout_too_high": (
        BLOBS + short(rest="dropout = 0.9"),
        BLOBS + long(3, each='activation = "relu"\ndropout = 0.9', last="dropout = 0.5")),
    "over_regularised": (
        BLOBS + short(more="[regularization]\nl2 = 9.0\n[optimizer]\nweight_decay = 1.0"),
        BLOBS + long(3, each='activation = "relu"\nl2 = 9.0', last="l1 = 1.0")),
    "class_imbalance": (
        '[data]\npath = "rare.csv"\ntarget = "y"\ntask = "classification"\n' + short(),
        '[data]\npath = "rare.csv"\ntarget = "y"\ntask = "classification"\n' + long(2)),
    "target_not_scaled": (
        '[data]\npath = "price.csv"\ntarget = "y"\ntask = "regression"\n' + short(),
        '[data]\npath = "price.csv"\ntarget = "y"\ntask = "regression"\n' + long(1)),
    "input_not_normalised": (
        '[data]\npath = "price.csv"\ntarget = "y"\ntask = "regression"\n' + short(),
        '[data]\npath = "price.csv"\ntarget = "y"\ntask = "regression"\n' + long(1)),
    "input_double_scaled": (
        '[data]\npath = "tiny.csv"\ntarget = "y"\ntask = "regression"\n' + short(),
        '[data]\npath = "tiny.csv"\ntarget = "y"\ntask = "regression"\n' + long(1)),
}  # fmt: skip

# what is written outside the model is the same in both forms
TRAINING = {
    "unshuffled_data": "[training]\nshuffle = false",
    "schedule_decays_too_fast": '[schedule]\nname = "exponential"\ndecay = 1.0',
    "momentum_too_high": '[optimizer]\nname = "sgd"\nmomentum = 0.999',
    "optimizer_epsilon_bad": "[optimizer]\neps = 1.0",
    "gradient_clipping_too_tight": "[optimizer]\nclip_norm = 1e-6",
    "exploding_gradient": "",
    "learning_rate_too_high": "[optimizer]\nlearning_rate = 9.0",
    "learning_rate_too_low": "[optimizer]\nlearning_rate = 1e-9",
    "batch_size_too_small": "[training]\nbatch_size = 1",
    "batch_size_too_large": "[training]\nbatch_size = 90",
    "too_few_epochs": "[training]\nepochs = 1",
    "early_stopping_too_early": "[training]\nearly_stopping = { patience = 1 }",
    "overfitting": "[training]\nepochs = 50",
    "wrong_optimizer": '[optimizer]\nname = "sgd"\nmomentum = 0.5\nnesterov = true',
}
FAULTS |= {cause: (BLOBS + short(more=m), BLOBS + long(3, more=m)) for cause, m in TRAINING.items()}

LADDERS = {"learning_rate_too_high", "learning_rate_too_low", "too_few_epochs"}
UNIVERSAL = {"capacity_too_small", "vanishing_gradient"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    x = random.normal(size=(90, 2))
    tables = {"price": (300 * x, 1e5 * x[:, 0]), "tiny": (0.01 * x, x[:, 1])}
    tables["rare"] = (x, np.arange(90) % 10 == 0)
    for name, (inputs, target) in tables.items():
        rows = np.column_stack([inputs, target])
        np.savetxt(tmp_path / f"{name}.csv", rows, "%g", ",", header="a,b,y", comments="")
    monkeypatch.chdir(tmp_path)


def test_each_change_has_a_fault_to_be_tried_on():
    of_code = {"parameters", "loop"}  # that only a program of one's own has
    changes = {n for n, one in CAUSES.items() if one.ladder and one.component not in of_code}
    beside = {
        "wrong_output_units",
        "target_broadcast",
        "gradient_sign_flipped",
        "dropout_in_evaluation",
    }
    assert set(FAULTS) | beside == changes


@pytest.mark.parametrize("form", [0, 1], ids=["short", "long"])
@pytest.mark.parametrize("cause", FAULTS)
def test_a_change_applies_to_its_fault_and_is_made_once(folder, cause, form):
    text = FAULTS[cause][form]
    setup = setup_of(text)
    rungs = runnable(setup, cause)
    assert rungs, "it does not apply"
    for edits in rungs:
        changed = edit(setup.recipe, edits)
        assert changed != setup.recipe
        assert loads(edit_text(text, edits)) == changed
        again = build(changed, "recipe", "")
        if cause not in LADDERS | UNIVERSAL | {"over_regularised"}:  # a weaker one is one still
            assert not runnable(again, cause)


@pytest.mark.parametrize("cause", sorted(set(FAULTS) - LADDERS - UNIVERSAL))
def test_a_sound_recipe_has_nothing_to_change(cause):
    text = '[data]\ngenerator = "blobs"\nn = 90\nclasses = 3\n[data.preprocess]\n'
    text += 'features = "standardize"\n' + short(
        rest='activation = "leaky_relu"\ninit = "he_normal"'
    )
    text += "[optimizer]\nclip_norm = 1.0\n[training]\nepochs = 9\n"
    if cause != "gradient_clipping_too_tight":
        assert not runnable(setup_of(text), cause)


def test_units_that_stand_for_no_class_are_left_out():
    setup = setup_of(BLOBS + 'target_encoding = "class"\n' + long(7))
    (edits,) = runnable(setup, "wrong_output_units")
    assert edits == {"model.layers[2].units": 3}


def test_a_network_without_hidden_layers_gets_one():
    for text in (BLOBS + short("[]"), BLOBS + '[[model.layers]]\nunits = 3\nactivation = "linear"'):
        (edits,) = runnable(setup_of(text), "capacity_too_small")
        assert len(build(edit(loads(text), edits), "recipe", "").trainable.layers) == 2


def test_softmax_on_one_unit_is_told_as_a_wrong_activation_and_not_twice():
    setup = setup_of(CIRCLES + ONE + long(1, "softmax", more='[loss]\nname = "mse"'))
    assert runnable(setup, "wrong_output_activation") == [{"model.layers[2].activation": "sigmoid"}]
    assert not runnable(setup, "double_softmax")


def test_a_smaller_rate_is_a_ladder():
    setup = setup_of(BLOBS + short(more="[optimizer]\nlearning_rate = 1.0"))
    rates = [e["optimizer.learning_rate"] for e in runnable(setup, "learning_rate_too_high")]
    assert rates == [0.3, 0.1, 0.03, 0.01, 0.001, 0.0001]


@pytest.mark.parametrize(
    ("rate", "cause"), [(1e30, "learning_rate_too_high"), (1e-30, "learning_rate_too_low")]
)
def test_an_absurd_rate_is_left_as_far_as_the_usual_one(rate, cause):
    more = f'[optimizer]\nname = "sgd"\nlearning_rate = {rate}'
    rates = [
        e["optimizer.learning_rate"] for e in runnable(setup_of(BLOBS + short(more=more)), cause)
    ]
    assert rates[-1] == 0.01
    assert len(set(rates)) == 6


def test_edits_are_not_touched_by_later_ones():
    edits = {"training": {"epochs": 5}, "training.seed": 7}
    assert edit(loads(BLOBS + short()), edits).training.seed == 7
    assert edits["training"] == {"epochs": 5}


def test_a_larger_batch_keeps_the_updates():
    setup = setup_of(BLOBS + short(more="[training]\nbatch_size = 1\nepochs = 9"))
    (edits,) = runnable(setup, "batch_size_too_small")
    changed = build(edit(setup.recipe, edits), "recipe", "")
    assert changed.total_updates == pytest.approx(setup.total_updates, rel=0.05)


def test_changes_compose_and_the_later_one_wins():
    text = BLOBS + short(rest='activation = "tanh"')
    subject = RecipeSubject.of(setup_of(text))
    once = subject.edited({"optimizer.name": "sgd", "training.epochs": 2})
    twice = once.edited({"training.epochs": 3})
    assert list(twice.change.items()) == [("optimizer.name", "sgd"), ("training.epochs", 3)]
    assert twice.key == subject.edited({"training.epochs": 3, "optimizer.name": "sgd"}).key
    assert subject.change == {}


def test_a_key_that_says_the_default_is_left_alone():
    text = BLOBS + (
        '[[model.layers]]\nunits = 8\nactivation = "tanh"\ninit = "glorot_uniform"\n'
        '[[model.layers]]\nunits = 8\nactivation = "tanh"\ninit = "zeros"\n'
        "[[model.layers]]\nunits = 3\n"
    )
    subject = RecipeSubject.of(setup_of(text))
    (edits,) = runnable(subject.plain, "init_constant")
    changed = subject.edited(edits)
    assert changed.change == {"model.layers[1].init": None}
    assert changed.recipe.model.layers[0].init == "glorot_uniform"


def test_what_can_not_be_run_is_refused_with_its_reason():
    refused = RecipeSubject.of(setup_of(BLOBS + short())).edited({"optimizer.name": "none"})
    assert isinstance(refused, Refused)
    assert "none" in refused.reason


@pytest.mark.parametrize("cause", [n for n, one in CAUSES.items() if one.ladder])
def test_a_refusal_says_why(cause):
    text = '[data]\ngenerator = "blobs"\nn = 90\nclasses = 3\n' + short()
    for one in CAUSES[cause].ladder:
        edits = edits_for(setup_of(text), one)
        assert not isinstance(edits, Refused) or edits.reason
        assert str(one)


def test_comments_of_what_is_not_touched_stay():
    text = BLOBS + short(
        more="[optimizer]\nlearning_rate = 9.0 # mine\n[training]\nepochs = 9 # all\n"
    )
    changed = edit_text(text, {"optimizer.learning_rate": 0.1, "schedule": None})
    assert "# all" in changed
    assert "learning_rate = 0.1" in changed


@pytest.mark.parametrize("form", ["short", "long"])
def test_keys_that_the_recipe_does_not_have_are_not_said_to_be_left_out(form):
    first = {
        "short": 'hidden = [8, 8]\nactivation = "tanh"\ninit = "normal(0, 1.5)"',
        "long": '[[model.layers]]\nunits = 8\nactivation = "tanh"\ninit = "normal(0, 1.5)"\n'
        "[[model.layers]]\nunits = 2",
    }[form]
    text = f'[data]\ngenerator = "moons"\nn = 100\n[model]\n{first}\n'
    subject = RecipeSubject.of(build(loads(text), "recipe", text))
    changed = subject.apply(CAUSES["init_too_large"].ladder[0])
    assert changed.change == {f"model.{'layers[0].' * (form == 'long')}init": None}
    assert edit(subject.recipe, changed.change) == changed.recipe
