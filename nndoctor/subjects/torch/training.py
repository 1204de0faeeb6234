"""Changes of how it is trained: rate, optimizer, batches, epochs, penalties."""

import torch

from ...adapters.torch import changing, schedules
from ...adapters.torch.own_step import penalty
from ...adapters.torch.rate_plan import OWN_LINES
from ...diagnosis.subject import Refused
from .edit import Answer, Edit
from .look import Look

ABSURD = 1e5  # times the usual rate, or as small a part of it
FARTHEST = 1e4  # the last rung of a ladder of rates
USUAL = {"SGD": 1e-2, "Adagrad": 1e-2, "RMSprop": 1e-2, "Adadelta": 1.0}  # else 1e-3
ADAM_LIKE = {"Adam", "AdamW", "NAdam", "RAdam", "Adamax"}
USUAL_BATCH, SMALL_BATCH, FEW_BATCHES = 32, 8, 4
LOWERED = 0.5  # of its highest value, below which a rate counts as lowered
MOMENTUM, OFF = 0.95, 100.0
OPTIMIZERS = {
    "adam": ("Adam", torch.optim.Adam, 1e-3),
    "sgd": ("SGD", torch.optim.SGD, 1e-2),
    "momentum": ("SGD", torch.optim.SGD, 1e-2),
}


def rate_times(look: Look, factor: float) -> Answer:
    """The rate times a factor; an absurd one counts as so far off that the last rung is usual."""
    rate, usual = look.rate, USUAL.get(type(look.optimizer).__name__, 1e-3)
    if rate == 0 and factor < 1:
        return Refused("the learning rate is 0")
    if factor < 1 and rate > ABSURD * usual:
        rate = usual * FARTHEST
    if factor > 1 and rate < usual / ABSURD:
        rate = usual / FARTHEST
    return (rate_of(float(f"{rate * factor:.6g}")),)


def rate_of(value: float) -> Edit:
    """This learning rate."""
    return Edit("optimizer.lr", "optimizer", "lr", value, changing.rate(value))


def optimizer_by(look: Look, name: str) -> Answer:
    """Another optimizer at its usual rate, unless it is one of its kin already."""
    given = type(look.optimizer).__name__
    if name not in OPTIMIZERS:
        return Refused(f"{name} is not tried on PyTorch set-ups")
    kind, make, rate = OPTIMIZERS[name]
    momentum = {"momentum": 0.9} if name == "momentum" else {}
    if given == kind or {given, kind} <= ADAM_LIKE:
        return Refused(f"{given} is in use, which is {kind} or much like it")
    return (optimizer_of(kind, make, rate, **momentum),)


def optimizer_of(kind: str, make: type[torch.optim.Optimizer], rate: float, **more: float) -> Edit:
    """This one over the same parameters."""
    settings = {"lr": rate, **more}
    words = ", ".join(f"{key}={value:g}" for key, value in settings.items())
    line = f"torch.optim.{kind}(model.parameters(), {words})"
    return Edit("optimizer", "optimizer", "optimizer", line, changing.optimizer(make, **settings))


def usual_epsilon(look: Look) -> Answer:
    """The optimizer's own guard against division by 0."""
    usual = look.optimizer.defaults.get("eps")
    given = look.optimizer.param_groups[0].get("eps")
    known = 1e-10 if type(look.optimizer).__name__ == "Adagrad" else 1e-8
    if usual is None or not isinstance(given, float):
        return Refused(f"{type(look.optimizer).__name__} has no epsilon")
    if known / OFF <= given <= known * OFF:
        return Refused(f"epsilon is within a factor of {OFF:g} of the default")
    return (Edit("optimizer.eps", "optimizer", "eps", known, changing.group_settings(eps=known)),)


def less_momentum(look: Look) -> Answer:
    """0.9, which most use."""
    plan, group = look.setup.rate_plan, look.optimizer.param_groups[0]
    if plan is not None and plan.moves_momentum:
        return Refused(f"{plan.name} sets the momentum")
    betas = group.get("betas")
    if isinstance(betas, tuple) and betas[0] >= MOMENTUM:
        change = changing.group_settings(betas=(0.9, betas[1]))
        told = f"{(0.9, betas[1])}"
        return (Edit("optimizer.momentum", "optimizer", "betas", told, change),)
    if group.get("momentum", 0.0) >= MOMENTUM:
        change = changing.group_settings(momentum=0.9)
        return (Edit("optimizer.momentum", "optimizer", "momentum", 0.9, change),)
    return Refused(f"there is no momentum of {MOMENTUM:g} or more")


def upright(look: Look) -> Answer:
    """Descends."""
    if not look.optimizer.param_groups[0].get("maximize"):
        return Refused("the optimizer descends")
    change = changing.group_settings(maximize=False)
    return (Edit("optimizer.maximize", "optimizer", "maximize", "False", change),)


def constant_rate(look: Look) -> Answer:
    """No schedule, where one is seen to lower the rate."""
    if not look.rates.min() < LOWERED * look.rates.max():
        return Refused("nothing is seen to lower the learning rate")
    return (unscheduled(look, look.rate),)


def unscheduled(look: Look, rate: float) -> Edit:
    """The rate that the schedule is made for, in each step."""
    plan = look.setup.rate_plan
    moves = "line that sets ['lr']" if plan and plan.name == OWN_LINES else "scheduler.step()"
    line = f"no {moves}: lr stays at {rate:g}"
    if plan is not None:
        return Edit("schedule", "schedule", line, settings={"rate_plan": None})
    return Edit("schedule", "schedule", line, change=schedules.held)


def clipped(look: Look) -> Answer:
    """Gradients of at most norm 1."""
    line = "nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # before optimizer.step()"
    return (Edit("optimizer.clipping", "optimizer", line, change=changing.clipped(1.0)),)


def unregularised(look: Look) -> Answer:
    """No weight decay, and no penalty that the user's step adds to the loss."""
    edits = []
    if any(group.get("weight_decay") for group in look.optimizer.param_groups):
        change = changing.group_settings(weight_decay=0.0)
        edits.append(Edit("decay", "penalties", "weight_decay", "0", change))
    if any(penalty(look.setup, look.train.sample(16), look.seed)):
        line = "no penalty on the weights added to the loss  # a plain step in place of yours"
        edits.append(Edit("penalty", "penalties", line, settings={"step": None}))
    return tuple(edits) or Refused("neither the optimizer nor the step has a penalty")


def decay_times(look: Look, factor: float) -> Answer:
    """Each group's weight decay times a factor."""
    decays = {group.get("weight_decay") or 0.0 for group in look.optimizer.param_groups} - {0.0}
    if not decays:
        return Refused("the optimizer has no weight decay")
    value = f"{factor:g} times each group's"
    if len(decays) == 1:
        value = f"{factor * decays.pop():.6g}"
    change = changing.group_setting_times("weight_decay", factor)
    return (Edit("decay", "penalties", "weight_decay", value, change),)


def epochs_times(look: Look, factor: int) -> Answer:
    """So many times as many."""
    return (epochs_of(factor * look.epochs, scheduled=look.setup.rate_plan is not None),)


def epochs_of(count: int, scheduled: bool = False) -> Edit:
    """So many, over which a schedule goes as it went."""
    told = f"{count}  # and the schedule stretched to them" if scheduled else count
    return Edit("epochs", "steps", "epochs", told, epochs=count)


def larger_batch(look: Look) -> Answer:
    """The usual size, and epochs so that there are as many updates."""
    rows, total = len(look.train), look.epoch_updates * look.epochs
    if look.setup.batch_size >= SMALL_BATCH:
        return Refused(f"batches have {SMALL_BATCH} rows or more")
    if rows < 2 * USUAL_BATCH:
        return Refused(f"{rows} training rows are too few for batches of {USUAL_BATCH}")
    return (batch_of(USUAL_BATCH), epochs_of(max(1, total // -(-rows // USUAL_BATCH))))


def smaller_batch(look: Look) -> Answer:
    """The usual size in as many epochs, which makes more updates."""
    if min(look.setup.batch_size, len(look.train)) <= 2 * USUAL_BATCH:
        return Refused(f"batches have {2 * USUAL_BATCH} rows or less")
    if look.epoch_updates > FEW_BATCHES:
        return Refused(f"there are more than {FEW_BATCHES} updates in an epoch")
    return (batch_of(USUAL_BATCH),)


def batch_of(size: int) -> Edit:
    """Of so many rows."""
    return Edit("batch", "steps", "batch_size", size, settings={"batch_size": size})


def shuffled(look: Look) -> Answer:
    """A new order of the rows each epoch."""
    if look.setup.shuffle:
        return Refused("the rows are shuffled already")
    return (Edit("shuffle", "steps", "shuffle", "True", settings={"shuffle": True}),)
