"""What only a user's own code gets wrong: the facts that checks of own code judge."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from .trainable import Batch


@dataclass(frozen=True)
class ParameterFacts:
    """One parameter: whether it is to learn, whether the optimizer has it, whether a gradient
    arrives from a batch (None where it is not to learn), and how many numbers it holds."""

    name: str
    size: int
    learns: bool
    in_optimizer: bool
    gradient: float | None


@dataclass(frozen=True)
class OwnCode:
    """A user's program as one batch and a few updates show it.

    `foreign`: parameters of the optimizer that the model does not have. `unregistered`: plain lists
    and dicts of layers that the model does not know of, though gradients reach them. `loss`: its
    name; `last`: the activation computed last; `in_unit`, `sums_to_one`, `positive`: whether all
    outputs of a batch are in 0 to 1, sum to 1 in each row, are above 0. `output_shape` and
    `target_shape` with the rows; `low`, `high`, `whole` of the targets and their `kind`;
    `exclusive`: of several in a row one is 1 and no other. `own_step`: whether the user gave a
    step; `zeroed`: whether it clears gradients, None where there is none, it is not finite or never
    steps its optimizer; `moved`: whether it moves a weight, None where there is none or a usual
    update moves none either. `evaluating`: modules that are trained in evaluation mode though they
    act otherwise in training, of `mode_dependent` that there are. `noise`: the largest change of
    outputs between two looks at the same rows, relative to their spread; `drops`: whether that is
    dropout of the forward method. `mixing`: the same when other rows of the batch are exchanged.
    `deaf`: inputs whose gradient is zero; `deaf_share`: of all columns; `constant`: outputs are the
    same for all rows. `bad_module`, `bad_step`: where NaN or infinity first came up, in how many
    `updates`; `bad_most`: how large the outputs were where the loss alone was not finite, else NaN.
    `bad_gradient`: the update at which one was not finite under a finite loss, and what made it so,
    as far as that is known.
    `start_loss` before the updates; `train_loss` and `test_loss` on the same rows after them, as
    training and as evaluation see them. `repeated`: whether two runs from one seed gave the same
    losses, None where not tried.
    """

    parameters: tuple[ParameterFacts, ...]
    foreign: int
    unregistered: tuple[str, ...]
    loss: str
    last: str
    in_unit: bool
    sums_to_one: bool
    positive: bool
    output_shape: tuple[int, ...]
    target_shape: tuple[int, ...]
    low: float
    high: float
    whole: bool
    exclusive: bool
    kind: str
    own_step: bool
    zeroed: bool | None
    moved: bool | None
    evaluating: tuple[str, ...]
    mode_dependent: int
    noise: float
    drops: bool
    mixing: float
    deaf: tuple[str, ...]
    deaf_share: float
    constant: bool
    bad_module: str
    bad_step: int | None
    bad_most: float
    bad_gradient: tuple[int, str] | None
    updates: int
    start_loss: float
    train_loss: float
    test_loss: float
    repeated: bool | None

    @property
    def several(self) -> bool:
        """Whether a row has several targets, one for each output."""
        return self.output_shape == self.target_shape and len(self.target_shape) > 1


@runtime_checkable
class HasOwnCode(Protocol):
    """A set-up that a user's own program makes."""

    def own_code(self, batch: Batch, seed: int) -> OwnCode:
        """What it does with these rows, on copies."""
        ...
