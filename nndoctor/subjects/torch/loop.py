"""Changes of what only a program of one's own gets wrong: who learns, and what a step does."""

from ...adapters.torch import changing
from ...adapters.torch.lasting import LeftInEvaluation
from ...adapters.torch.modules import unregistered
from ...adapters.torch.own_step import clears_gradients, evaluated_in_step, moves_weights, shrinking
from ...diagnosis.subject import Refused
from .edit import Answer, Edit
from .look import Look

SHRUNK = 0.5  # of a gradient's norm, of which less than that reaches the optimizer


def all_in_optimizer(look: Look) -> Answer:
    """Every parameter that is to learn."""
    if not look.missing:
        return Refused("the optimizer has every parameter that is to learn")
    lists = unregistered(look.model.model)
    line = "all of model.parameters() in the optimizer"
    line += f"  # with {', '.join(lists)} as nn.ModuleList" if lists else ""
    return (Edit("held", "parameters", line, change=changing.all_in_optimizer),)


def unfrozen(look: Look) -> Answer:
    """Every parameter learns."""
    if not look.frozen:
        return Refused("no parameter is frozen")
    line = "model.requires_grad_(True)  # before the optimizer is made"
    return (Edit("frozen", "parameters", line, change=changing.all_learning),)


def training_mode(look: Look) -> Answer:
    """Every module."""
    step = look.setup.step
    by_step = evaluated_in_step(look.setup, look.train.sample(16), look.seed)
    if not look.evaluating and not by_step:
        return Refused("every module that acts otherwise in training is in training mode")
    if isinstance(step, LeftInEvaluation):
        line = "model.train()  # before each epoch"
        return (Edit("mode", "loop", line, change=changing.training_mode,
                     settings={"step": step.step}),)  # fmt: skip
    line = "model.train()  # before each " + ("step, and no eval() in it" if by_step else "epoch")
    settings = {"step": changing.in_training(step)} if step is not None and by_step else {}
    return (Edit("mode", "loop", line, change=changing.training_mode, settings=settings),)


def unclipped(look: Look) -> Answer:
    """Gradients as they are, in nndoctor's own step, where the user's makes them smaller."""
    if look.setup.step is None:
        return Refused("no step function is given: nndoctor's own does not clip")
    if not 0 < shrinking(look.setup, look.train.sample(16), look.seed) < SHRUNK:
        return Refused("the step does not make gradients smaller")
    line = "no clip_grad_norm_ before optimizer.step()  # a plain step in place of yours"
    return (Edit("gradients", "loop", line, settings={"step": None}),)


def zeroed(look: Look) -> Answer:
    """Gradients of zero before each step."""
    step = look.setup.step
    if step is None:
        return Refused("no step function is given: nndoctor's own clears the gradients")
    if clears_gradients(look.setup, look.train.sample(16), look.seed) is not False:
        return Refused("the step clears the gradients")
    line = "optimizer.zero_grad()  # before loss.backward()"
    return (Edit("gradients", "loop", line, settings={"step": changing.zeroing(step)}),)


def plainly_stepped(look: Look) -> Answer:
    """nndoctor's own step, where the user's moves no weight."""
    if look.setup.step is None:
        return Refused("no step function is given: nndoctor's own moves the weights")
    if moves_weights(look.setup, look.train.sample(16), look.seed) is not False:
        return Refused("the step moves the weights")
    line = "optimizer.zero_grad(); loss.backward(); optimizer.step()  # in this order"
    return (Edit("gradients", "loop", line, settings={"step": None}),)
