"""The user's own module in a set-up that is known to be good: what each component is there."""

from collections.abc import Iterator

import torch

from ...adapters.torch import changing
from ...diagnosis.subject import Refused
from . import loop, loss, network, rows, training
from .answers import NUMBERS
from .edit import Answer, Edit
from .look import Look

BATCH = 32
OWN_LOOP = "nndoctor's own training step: zero_grad, loss, backward, step"
HE = "nn.init.kaiming_normal_(layer.weight), nn.init.zeros_(layer.bias)  # where ReLU follows"


def sound_edits(look: Look, rate: float, updates: int) -> Iterator[Edit]:
    """Standardised numbers, a fitting loss, ReLU, He's weights, no penalty, Adam, plain steps."""
    if any(piece.dtype.is_floating_point for piece in look.setup.inputs.pieces):
        yield rows.inputs_by_training_rows(look)
    floating = look.setup.targets.dtype.is_floating_point and not look.counts
    if look.answers.form == NUMBERS and floating and not look.calls.last:
        yield rows.target_by_training_rows()
    yield from _where(loss.mean_loss(look))  # before a loss that takes its place
    yield from _where(loss.fitting_loss(look))
    for mismatch in ("double_softmax", "missing_output_activation", "wrong_output_activation"):
        yield from _where(loss.fitting_output(look, mismatch))
    yield from _where(loss.fitting_shape(look))
    for which in ("linear", "saturating"):
        found = network.activation_by(look, which, "relu")
        if not isinstance(found, Refused):
            yield from found
            break
    if look.squashed:
        yield from _where(network.activation_by(look, "unfit", "relu"))
    relu = look.with_relu + [name for name in look.bare if name not in look.with_relu]
    yield Edit("weights", "weights", HE, change=changing.drawn_for_relu(relu))
    yield from _where(network.without_dropout(look))
    yield from _where(network.no_dropout_in_evaluation(look))
    yield from _where(training.unregularised(look))
    yield from _where(loop.all_in_optimizer(look))
    yield from _where(loop.unfrozen(look))
    yield from _where(loop.training_mode(look))
    yield training.optimizer_of("Adam", torch.optim.Adam, rate)
    if look.setup.rate_plan is not None:
        yield training.unscheduled(look, rate)
    if look.setup.step is not None:
        yield Edit("gradients", "loop", OWN_LOOP, settings={"step": None})
    size = min(BATCH, len(look.train))
    if look.setup.batch_size != size:
        yield training.batch_of(size)
    yield from _where(training.shuffled(look))
    yield training.epochs_of(max(1, -(-updates // -(-len(look.train) // size))))


def _where(answer: Answer) -> Iterator[Edit]:
    if not isinstance(answer, Refused):
        yield from answer
