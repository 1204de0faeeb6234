"""Changes of how it is trained: rate, optimizer, batches, epochs, penalties."""

from ...diagnosis.subject import Refused
from ...recipe import as_dict
from ...recipe.names import OPTIMIZER_SETTINGS
from ...setup import Setup
from .editing import Edits, hidden_edits, output_edits

ABSURD = 1e5  # times the optimizer's default rate, or as small a part of it
FARTHEST = 1e4  # the last rung of a ladder of rates
USUAL_BATCH = 32
SMALL_BATCH = 8
FEW_BATCHES = 4  # an epoch
MOMENTUM = 0.95
OFF = 100.0  # times the default of epsilon
LEAST_EPOCHS = 10
ADAM_LIKE = {"adam", "adamw", "amsgrad", "nadam", "radam", "adamax"}


def rate_times(setup: Setup, factor: float) -> Edits | Refused:
    """The rate times a factor; an absurd one counts as so far off that the last rung is usual."""
    if setup.trainable.full_batch:
        return Refused(f"{setup.recipe.optimizer.name} has no learning rate")
    rate = setup.recipe.optimizer.learning_rate
    usual = OPTIMIZER_SETTINGS[setup.recipe.optimizer.name]["learning_rate"]
    if factor < 1 and rate > ABSURD * usual:
        rate = usual * FARTHEST
    if factor > 1 and rate < usual / ABSURD:
        rate = usual / FARTHEST
    return {"optimizer.learning_rate": float(f"{rate * factor:.6g}")}


def optimizer_by(setup: Setup, name: str) -> Edits | Refused:
    """Another optimizer at its default rate, unless it is one of its kin already."""
    given = setup.recipe.optimizer.name
    if given == name or {given, name} <= ADAM_LIKE:
        return Refused(f"{given} is in use, which is {name} or much like it")
    if setup.trainable.full_batch:
        return Refused(f"{given} takes all rows in each update, as {name} does not")
    stated = as_dict(setup.recipe)["optimizer"]
    cleared = {f"optimizer.{key}": None for key in stated if key not in ("name", "clip_norm")}
    rate = OPTIMIZER_SETTINGS[name]["learning_rate"]
    return {**cleared, "optimizer.name": name, "optimizer.learning_rate": rate}


def usual_epsilon(setup: Setup) -> Edits | Refused:
    """The optimizer's own guard against division by 0."""
    optimizer = setup.recipe.optimizer
    usual = OPTIMIZER_SETTINGS[optimizer.name].get("eps")
    if optimizer.eps is None or usual is None:
        return Refused(f"{optimizer.name} has no epsilon")
    if usual / OFF <= optimizer.eps <= usual * OFF:
        return Refused(f"epsilon is within a factor of {OFF:g} of the default")
    return {"optimizer.eps": None}


def epochs_times(setup: Setup, factor: int) -> Edits:
    """So many times as many."""
    return {"training.epochs": factor * setup.recipe.training.epochs}


def larger_batch(setup: Setup) -> Edits | Refused:
    """The usual size, and epochs so that there are as many updates."""
    rows = len(setup.train)
    if setup.recipe.training.batch_size >= SMALL_BATCH:
        return Refused(f"batches have {SMALL_BATCH} rows or more")
    if rows < 2 * USUAL_BATCH:
        return Refused(f"{rows} training rows are too few for batches of {USUAL_BATCH}")
    epochs = max(1, setup.total_updates // -(-rows // USUAL_BATCH))
    return {"training.batch_size": USUAL_BATCH, "training.epochs": epochs}


def smaller_batch(setup: Setup) -> Edits | Refused:
    """The usual size in as many epochs, which makes more updates."""
    if setup.trainable.full_batch:
        return Refused(f"{setup.recipe.optimizer.name} takes all rows in each update")
    if min(setup.recipe.training.batch_size, len(setup.train)) <= 2 * USUAL_BATCH:
        return Refused(f"batches have {2 * USUAL_BATCH} rows or less")
    if setup.epoch_updates > FEW_BATCHES:
        return Refused(f"there are more than {FEW_BATCHES} updates in an epoch")
    return {"training.batch_size": USUAL_BATCH}


def constant_rate(setup: Setup) -> Edits | Refused:
    """No schedule."""
    if setup.recipe.schedule.name == "constant":
        return Refused("the learning rate follows no schedule")
    return {"schedule": None}


def less_momentum(setup: Setup) -> Edits | Refused:
    """0.9, which most use."""
    optimizer = setup.recipe.optimizer
    edits = {
        f"optimizer.{key}": 0.9
        for key in ("momentum", "beta1")
        if (getattr(optimizer, key) or 0.0) >= MOMENTUM
    }
    return edits or Refused(f"there is no momentum of {MOMENTUM:g} or more")


def unclipped(setup: Setup) -> Edits | Refused:
    """Gradients as they are."""
    optimizer = setup.recipe.optimizer
    keys = [key for key in ("clip_norm", "clip_value") if getattr(optimizer, key)]
    return {f"optimizer.{key}": None for key in keys} or Refused("gradients are not clipped")


def clipped(setup: Setup) -> Edits | Refused:
    """Gradients of at most norm 1."""
    if setup.trainable.full_batch:
        return Refused(f"{setup.recipe.optimizer.name} takes its gradients as they are")
    if not isinstance(unclipped(setup), Refused):
        return Refused("gradients are clipped already")
    return {"optimizer.clip_norm": 1.0}


def unregularised(setup: Setup) -> Edits | Refused:
    """No penalty of any kind, no weight decay, no noise."""
    recipe = setup.recipe
    edits: dict[str, object] = {}
    if "regularization" in as_dict(recipe):
        edits["regularization"] = None
    if recipe.optimizer.weight_decay:
        by_default = OPTIMIZER_SETTINGS[recipe.optimizer.name].get("weight_decay")
        edits["optimizer.weight_decay"] = 0.0 if by_default else None
    for at, layer in enumerate(recipe.model.layers or ()):
        edits |= {f"model.layers[{at}].{key}": None for key in ("l1", "l2") if getattr(layer, key)}
    if recipe.training.noise.on:
        edits["training.noise"] = None
    if recipe.loss.label_smoothing:
        edits["loss.label_smoothing"] = None
    return edits or Refused("the recipe has no penalty")


def penalties_times(setup: Setup, factor: float) -> Edits | Refused:
    """The penalties on the weights, and weight decay, times a factor; noise stays."""
    recipe = setup.recipe
    given = recipe.regularization
    stated = {
        "regularization.l1": given.l1,
        "regularization.l2": given.l2,
        "regularization.elastic_net.strength": given.elastic_net.strength,
        "regularization.lq.strength": given.lq.strength,
        "optimizer.weight_decay": recipe.optimizer.weight_decay,
    }
    for at, layer in enumerate(recipe.model.layers or ()):
        stated |= {f"model.layers[{at}].{key}": getattr(layer, key) for key in ("l1", "l2")}
    edits = {key: float(f"{factor * value:.6g}") for key, value in stated.items() if value}
    return edits or Refused("the recipe has no penalty on the weights")


def without_dropout(setup: Setup) -> Edits | Refused:
    """All units in each update."""
    edits = hidden_edits(setup, {"dropout": None}, lambda layer: layer.dropout > 0)
    layers = setup.recipe.model.layers
    if layers is not None and layers[-1].dropout:
        edits |= output_edits(setup, {"dropout": None})
    return edits or Refused("the recipe has no dropout")


def best_epoch(setup: Setup) -> Edits | Refused:
    """Early stopping, which goes back to the best epoch."""
    training = setup.recipe.training
    if training.early_stopping:
        return Refused("the recipe stops early already")
    if not setup.recipe.data.validation:
        return Refused("the recipe holds no rows out to stop by")
    if training.epochs < LEAST_EPOCHS:
        return Refused(f"{training.epochs} epochs are too few to stop early in")
    return {"training.early_stopping": {"patience": max(3, training.epochs // 10)}}


def no_early_stopping(setup: Setup) -> Edits | Refused:
    """All epochs."""
    if setup.recipe.training.early_stopping is None:
        return Refused("the recipe does not stop early")
    return {"training.early_stopping": None}
