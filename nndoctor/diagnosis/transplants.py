"""One aspect of the recipe put into a sound set-up: what spoils that is a cause of its own.

Several causes may hide each other, so that mending one alone brings nothing; a sound set-up hides
none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import NNDoctorError
from ..recipe import as_dict
from ..setup import Setup
from ..watch import Interrupted
from . import decisions
from .changes.editing import Edits, layer_tables
from .laboratory import Laboratory
from .suspicions import STILL, Level, Suspicion
from .trial import Outcome, Patient, train_all, work

SEEDS = 3
FAINT = 0.2  # score of the sound set-up below which nothing can be seen to spoil it


@dataclass(frozen=True)
class Transplant:
    """A sound set-up with one aspect of the recipe; `share`: of the score without that [S]."""

    aspect: str
    outcomes: tuple[Outcome, ...]
    share: float
    spoils: bool


def transplants(laboratory: Laboratory) -> dict[str, Transplant]:
    """Every aspect in which the recipe differs from the sound set-up, as far as the budget goes."""
    patient, held = laboratory.patient, laboratory.held
    bar, found = laboratory.sound_scores[:SEEDS], {}
    if sum(bar) < FAINT * len(bar):
        return {}
    for aspect, edits in _differences(patient, laboratory.sound).items():
        changed, seeds = patient.setup(edits), laboratory.seeds[:SEEDS]
        if laboratory.refuses(work(changed) * len(seeds)):
            continue
        laboratory.watch.stage(f"putting its {aspect} into a sound set-up")
        try:
            outcomes = train_all(patient, edits, seeds, laboratory.jobs, inside=True, settle=True)
        except Interrupted:
            break
        laboratory.note(outcomes, changed)
        state = decisions.health([one.score(held) for one in outcomes], bar)
        spoils = state.gap.real and state.share < decisions.LOW
        found[aspect] = Transplant(aspect, tuple(outcomes), state.share, spoils)
    return found


def _differences(patient: Patient, sound: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Whole edits by aspect; those that change nothing or can't be run are left out."""
    healthy, found = patient.setup(sound), {}
    for aspect, transplant in ASPECTS.items():
        part = transplant(patient.plain, healthy)
        if not part:
            continue
        edits = {**sound, **part}
        try:
            changed = patient.setup(edits)
        except NNDoctorError:
            continue
        if changed.recipe != healthy.recipe:
            found[aspect] = edits
    return found


def _layered(*keys: str) -> Callable[[Setup, Setup], Edits]:
    """Those keys of the hidden layers, layer by layer, the last ones again where there are more."""

    def transplant(ill: Setup, healthy: Setup) -> Edits:
        mine, theirs = layer_tables(ill)[:-1], layer_tables(healthy)
        if not mine:
            return {}
        for at, table in enumerate(theirs[:-1]):
            source = mine[min(at, len(mine) - 1)]
            table.update({key: source[key] for key in keys if key in source})
        return {"model": {"layers": theirs}}

    return transplant


def _inputs(ill: Setup, healthy: Setup) -> Edits:
    mine = as_dict(ill.recipe)["data"].get("preprocess", {})
    return {"data.preprocess": {key: value for key, value in mine.items() if key != "target"}}


def _target(ill: Setup, healthy: Setup) -> Edits:
    if ill.trainable.task.kind != "regression":
        return {}
    return {"data.preprocess.target": ill.recipe.data.preprocess.target}


def _answer(ill: Setup, healthy: Setup) -> Edits:
    """Loss, encoding and last layer, which only make sense together."""
    given = as_dict(ill.recipe)
    last = {key: value for key, value in layer_tables(ill)[-1].items() if key in _LAST}
    return {
        "loss": given.get("loss"),
        "data.target_encoding": given["data"].get("target_encoding"),
        "model": {"layers": [*layer_tables(healthy)[:-1], last]},
    }


_LAST = ("units", "activation")


def _size(ill: Setup, healthy: Setup) -> Edits:
    hidden = [table["units"] for table in layer_tables(ill)[:-1]]
    return {"model": {"hidden": hidden}}


def _weights(ill: Setup, healthy: Setup) -> Edits:
    keys = ("init", "init_gain", "bias_init")
    edits = _layered(*keys)(ill, healthy)
    layers = edits["model"]["layers"] if edits else layer_tables(healthy)
    last = {key: value for key, value in layer_tables(ill)[-1].items() if key in keys}
    return {"model": {"layers": [*layers[:-1], layers[-1] | last]}}


def _penalties(ill: Setup, healthy: Setup) -> Edits:
    given = as_dict(ill.recipe)
    decay = given["optimizer"].get("weight_decay")
    noise = given.get("training", {}).get("noise")
    return {
        **_layered("l1", "l2")(ill, healthy),
        "regularization": given.get("regularization"),
        **({"optimizer.weight_decay": decay} if decay else {}),
        **({"training.noise": noise} if noise else {}),
    }


def _optimizer(ill: Setup, healthy: Setup) -> Edits:
    if ill.trainable.full_batch:
        return {}
    given = as_dict(ill.recipe)["optimizer"]
    return {"optimizer": {key: value for key, value in given.items() if key != "weight_decay"}}


def _schedule(ill: Setup, healthy: Setup) -> Edits:
    return {"schedule": as_dict(ill.recipe).get("schedule")}


def _steps(ill: Setup, healthy: Setup) -> Edits:
    return {"training": as_dict(ill.recipe)["training"]}


ASPECTS: dict[str, Callable[[Setup, Setup], Edits]] = {
    "inputs": _inputs,
    "target": _target,
    "answer": _answer,
    "activation": _layered("activation"),
    "size": _size,
    "weights": _weights,
    "penalties": _penalties,
    "dropout": _layered("dropout"),
    "optimizer": _optimizer,
    "schedule": _schedule,
    "steps": _steps,
}

# What an aspect that spoils may be called, out of what the recipe is suspected of; an optimizer
# that is suspected of nothing has a wrong rate.
NAMES = {
    "inputs": ("input_not_normalised", "input_double_scaled"),
    "target": ("target_not_scaled",),
    "answer": (
        "wrong_output_activation", "missing_output_activation", "double_softmax", "wrong_loss",
        "labels_wrong_encoding", "wrong_output_units", "loss_reduction_sum",
    ),
    "activation": ("missing_hidden_activation", "wrong_hidden_activation"),
    "size": ("too_deep", "capacity_too_small"),
    "weights": ("init_constant", "init_too_large", "init_too_small", "dead_relu"),
    "penalties": ("over_regularised",),
    "dropout": ("dropout_too_high",),
    "optimizer": ("optimizer_epsilon_bad", "momentum_too_high", "gradient_clipping_too_tight"),
    "schedule": ("schedule_decays_too_fast",),
    "steps": (
        "early_stopping_too_early", "unshuffled_data", "batch_size_too_small",
        "batch_size_too_large", "too_few_epochs",
    ),
}  # fmt: skip

RATES = ("learning_rate_too_low", "learning_rate_too_high")


def aspect_of(cause: str) -> str:
    """Where a cause sits, so that it can be put into a sound set-up; "" where it can't."""
    if cause in RATES:
        return "optimizer"
    return next((aspect for aspect, names in NAMES.items() if cause in names), "")


def spoilers(
    found: Mapping[str, Transplant], suspects: Mapping[str, Suspicion]
) -> dict[str, Transplant]:
    """The causes that spoil a sound set-up, one for each aspect: the most suspect of its names."""
    named = {}
    for aspect, transplant in found.items():
        if not transplant.spoils:
            continue
        known = [suspects[cause] for cause in NAMES[aspect] if cause in suspects]
        top = max(known, key=lambda one: one.order, default=None)
        if aspect == "optimizer" and (top is None or top.level < Level.STRONG):
            named[_rate(transplant)] = transplant
        elif top is not None:
            named[top.cause] = transplant
    return named


def _rate(transplant: Transplant) -> str:
    """Too low where the parameters stayed, else too high."""
    moved = [one.inside.moved for one in transplant.outcomes if one.inside is not None]
    still = all(distance < STILL for distance in moved)
    diverged = any(one.diverged for one in transplant.outcomes)
    low, high = RATES
    return low if still and not diverged else high
