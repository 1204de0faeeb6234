"""Changes of how it is trained: rate, optimizer, batches, epochs, penalties."""

from ...recipe import as_dict
from ...recipe.names import OPTIMIZER_SETTINGS
from ...setup import Setup
from .editing import Edits, Ladder, hidden_edits, ladder, output_edits

ABSURD = 1e5  # times the optimizer's default rate, or as small a part of it
FARTHEST = 1e4  # the last rung of a ladder of rates
USUAL_BATCH = 32
SMALL_BATCH = 8
FEW_BATCHES = 4  # an epoch
MOMENTUM = 0.95
OFF = 100.0  # times the default of epsilon
ADAM_LIKE = {"adam", "adamw", "amsgrad", "nadam", "radam", "adamax"}


def rate_times(setup: Setup, factor: float) -> Ladder:
    """The rate times a factor; an absurd one counts as so far off that the last rung is usual."""
    if setup.trainable.full_batch:
        return []
    rate = setup.recipe.optimizer.learning_rate
    usual = OPTIMIZER_SETTINGS[setup.recipe.optimizer.name]["learning_rate"]
    if factor < 1 and rate > ABSURD * usual:
        rate = usual * FARTHEST
    if factor > 1 and rate < usual / ABSURD:
        rate = usual / FARTHEST
    return [{"optimizer.learning_rate": float(f"{rate * factor:.6g}")}]


def optimizer_by(setup: Setup, name: str) -> Ladder:
    """Another optimizer at its default rate, unless it is one of its kin already."""
    if setup.recipe.optimizer.name in (name, *ADAM_LIKE) or setup.trainable.full_batch:
        return []
    given = as_dict(setup.recipe)["optimizer"]
    cleared = {f"optimizer.{key}": None for key in given if key not in ("name", "clip_norm")}
    rate = OPTIMIZER_SETTINGS[name]["learning_rate"]
    return [{**cleared, "optimizer.name": name, "optimizer.learning_rate": rate}]


def usual_epsilon(setup: Setup) -> Ladder:
    """The optimizer's own guard against division by 0."""
    optimizer = setup.recipe.optimizer
    usual = OPTIMIZER_SETTINGS[optimizer.name].get("eps")
    if optimizer.eps is None or usual is None:
        return []
    fine = usual / OFF <= optimizer.eps <= usual * OFF
    return [] if fine else [{"optimizer.eps": None}]


def epochs_times(setup: Setup, factor: int) -> Ladder:
    """So many times as many."""
    return [{"training.epochs": factor * setup.recipe.training.epochs}]


def larger_batch(setup: Setup) -> Ladder:
    """The usual size, and epochs so that there are as many updates."""
    training = setup.recipe.training
    if training.batch_size >= SMALL_BATCH or len(setup.train) < 2 * USUAL_BATCH:
        return []
    updates = setup.total_updates
    epoch = -(-len(setup.train) // USUAL_BATCH)
    return [{"training.batch_size": USUAL_BATCH, "training.epochs": max(1, updates // epoch)}]


def smaller_batch(setup: Setup) -> Ladder:
    """The usual size in as many epochs, which makes more updates."""
    large = setup.recipe.training.batch_size > 2 * USUAL_BATCH
    few = setup.epoch_updates <= FEW_BATCHES and len(setup.train) > 2 * USUAL_BATCH
    applies = large and few and not setup.trainable.full_batch
    return [{"training.batch_size": USUAL_BATCH}] if applies else []


def constant_rate(setup: Setup) -> Ladder:
    """No schedule."""
    return [] if setup.recipe.schedule.name == "constant" else [{"schedule": None}]


def less_momentum(setup: Setup) -> Ladder:
    """0.9, which most use."""
    optimizer = setup.recipe.optimizer
    edits: Edits = {
        f"optimizer.{key}": 0.9
        for key in ("momentum", "beta1")
        if (getattr(optimizer, key) or 0.0) >= MOMENTUM
    }
    return ladder(edits)


def unclipped(setup: Setup) -> Ladder:
    """Gradients as they are."""
    optimizer = setup.recipe.optimizer
    clipped = optimizer.clip_norm or optimizer.clip_value
    return [{"optimizer.clip_norm": None, "optimizer.clip_value": None}] if clipped else []


def clipped(setup: Setup) -> Ladder:
    """Gradients of at most norm 1."""
    return [] if setup.trainable.full_batch or unclipped(setup) else [{"optimizer.clip_norm": 1.0}]


def unregularised(setup: Setup) -> Ladder:
    """No penalty of any kind, no weight decay, no noise."""
    recipe = setup.recipe
    given = as_dict(recipe)
    edits: dict[str, object] = {}
    if "regularization" in given:
        edits["regularization"] = None
    if recipe.optimizer.weight_decay:
        edits["optimizer.weight_decay"] = 0.0
    for at, layer in enumerate(recipe.model.layers or ()):
        edits |= {
            f"model.layers[{at}].{key}": None for key in ("l1", "l2") if getattr(layer, key)
        }  # fmt: skip
    if recipe.training.noise.input_std:
        edits["training.noise"] = None
    if recipe.loss.label_smoothing:
        edits["loss.label_smoothing"] = None
    return ladder(edits)


def without_dropout(setup: Setup) -> Ladder:
    """All units in each update."""
    edits = hidden_edits(setup, {"dropout": None}, lambda layer: layer.dropout > 0)
    layers = setup.recipe.model.layers
    if layers is not None and layers[-1].dropout:
        edits |= output_edits(setup, {"dropout": None})
    return ladder(edits)


def best_epoch(setup: Setup) -> Ladder:
    """Early stopping, which goes back to the best epoch."""
    training = setup.recipe.training
    if training.early_stopping or setup.validation is None or training.epochs < 10:
        return []
    return [{"training.early_stopping": {"patience": max(3, training.epochs // 10)}}]


def no_early_stopping(setup: Setup) -> Ladder:
    """All epochs."""
    stopped = setup.recipe.training.early_stopping is not None
    return [{"training.early_stopping": None}] if stopped else []
