"""Typed changes of whatever is trained; each subject knows how to make them, or why it can't.

`stage` orders several on one subject: what the loss needs comes before what depends on it.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Intervention:
    """One change that would remove a cause; it reads as the first line of its docstring."""

    stage: ClassVar[int] = 0

    def __str__(self) -> str:
        words = (self.__doc__ or "").partition("\n")[0].rstrip(".")
        return words[:1].lower() + words[1:]


@dataclass(frozen=True)
class FitLoss(Intervention):
    """Use the loss of the task."""

    stage: ClassVar[int] = 1


@dataclass(frozen=True)
class FitOutputUnits(Intervention):
    """Use one output unit per class."""

    stage: ClassVar[int] = 2


@dataclass(frozen=True)
class EncodeClasses(Intervention):
    """Encode the labels as classes."""

    stage: ClassVar[int] = 3


@dataclass(frozen=True)
class RescaleTarget(Intervention):
    """Scale the target."""

    stage: ClassVar[int] = 4


@dataclass(frozen=True)
class FitOutputActivation(Intervention):
    """Use the output activation that the loss asks for.

    `mismatch`: the cause that names what is wrong with the present one.
    """

    stage: ClassVar[int] = 5
    mismatch: str


@dataclass(frozen=True)
class AverageLoss(Intervention):
    """Average the loss over the batch."""

    stage: ClassVar[int] = 6


@dataclass(frozen=True)
class BalanceClasses(Intervention):
    """Weight the classes so that each counts alike."""

    stage: ClassVar[int] = 8


@dataclass(frozen=True)
class RescaleInputs(Intervention):
    """Standardise the inputs."""

    stage: ClassVar[int] = 9


@dataclass(frozen=True)
class RescaleTinyInputs(Intervention):
    """Standardise the inputs, which were scaled twice."""

    stage: ClassVar[int] = 10


@dataclass(frozen=True)
class Shuffle(Intervention):
    """Shuffle the rows in each epoch."""

    stage: ClassVar[int] = 11


@dataclass(frozen=True)
class Shorten(Intervention):
    """Keep two hidden layers."""

    stage: ClassVar[int] = 12


@dataclass(frozen=True)
class ReplaceActivation(Intervention):
    """Replace a hidden activation.

    `which`: "linear", "unfit" (sigmoid, softmax, exponential), "saturating" or "relu".
    """

    stage: ClassVar[int] = 13
    which: str
    by: str

    def __str__(self) -> str:
        return f"replace {self.which} hidden activations by {self.by}"


@dataclass(frozen=True)
class Normalise(Intervention):
    """Add batch normalisation to the hidden layers."""

    stage: ClassVar[int] = 14
    also_replace_saturating: bool = False

    def __str__(self) -> str:
        return super().__str__() + ", with ReLU in them" * self.also_replace_saturating


@dataclass(frozen=True)
class Reinitialise(Intervention):
    """Draw the first weights by He's or Glorot's rule.

    `which`: what the stated ones are: "constant", "large" or "small".
    """

    stage: ClassVar[int] = 15
    which: str


@dataclass(frozen=True)
class DropPenalty(Intervention):
    """Drop the penalties."""

    stage: ClassVar[int] = 16


@dataclass(frozen=True)
class WeakenPenalties(Intervention):
    """Weaken the penalties by a factor."""

    stage: ClassVar[int] = 38
    factor: float

    def __str__(self) -> str:
        return f"make the penalties {1 / self.factor:g} times weaker"


@dataclass(frozen=True)
class DropDropout(Intervention):
    """Drop dropout."""

    stage: ClassVar[int] = 17


@dataclass(frozen=True)
class DropSchedule(Intervention):
    """Keep the learning rate constant."""

    stage: ClassVar[int] = 22


@dataclass(frozen=True)
class LowerMomentum(Intervention):
    """Lower the momentum to 0.9."""

    stage: ClassVar[int] = 23


@dataclass(frozen=True)
class ResetEpsilon(Intervention):
    """Use the optimizer's default epsilon."""

    stage: ClassVar[int] = 24


@dataclass(frozen=True)
class DropClipping(Intervention):
    """Drop gradient clipping."""

    stage: ClassVar[int] = 26


@dataclass(frozen=True)
class Clip(Intervention):
    """Clip the gradient's norm at 1."""

    stage: ClassVar[int] = 27


@dataclass(frozen=True)
class ScaleRate(Intervention):
    """Change the learning rate by a factor."""

    stage: ClassVar[int] = 28
    factor: float

    def __str__(self) -> str:
        return f"use {self.factor:g} times the learning rate"


@dataclass(frozen=True)
class EnlargeBatch(Intervention):
    """Use batches of 32 rows instead of smaller ones, for as many updates."""

    stage: ClassVar[int] = 29


@dataclass(frozen=True)
class ShrinkBatch(Intervention):
    """Use batches of 32 rows instead of larger ones."""

    stage: ClassVar[int] = 30


@dataclass(frozen=True)
class MoreUpdates(Intervention):
    """Train longer."""

    stage: ClassVar[int] = 31
    factor: int

    def __str__(self) -> str:
        return f"train {self.factor} times as long"


@dataclass(frozen=True)
class DropEarlyStopping(Intervention):
    """Train all epochs, without early stopping."""

    stage: ClassVar[int] = 32


@dataclass(frozen=True)
class StopAtBest(Intervention):
    """Stop early, at the best epoch."""

    stage: ClassVar[int] = 33


@dataclass(frozen=True)
class Widen(Intervention):
    """Widen the hidden layers."""

    stage: ClassVar[int] = 34
    factor: int

    def __str__(self) -> str:
        return f"make the hidden layers {self.factor} times as wide"


@dataclass(frozen=True)
class ReplaceOptimizer(Intervention):
    """Use another optimizer, at its default rate."""

    stage: ClassVar[int] = 35
    name: str

    def __str__(self) -> str:
        return f"use {self.name} at its default learning rate"


@dataclass(frozen=True)
class FitTargetShape(Intervention):
    """Give the loss targets in the shape of the outputs."""

    stage: ClassVar[int] = 7


@dataclass(frozen=True)
class TrainAllParameters(Intervention):
    """Give the optimizer every parameter that is to learn."""

    stage: ClassVar[int] = 18


@dataclass(frozen=True)
class Unfreeze(Intervention):
    """Let every parameter learn."""

    stage: ClassVar[int] = 19


@dataclass(frozen=True)
class TrainMode(Intervention):
    """Train in training mode."""

    stage: ClassVar[int] = 20


@dataclass(frozen=True)
class NoDropoutInEvaluation(Intervention):
    """Drop nothing in evaluation."""

    stage: ClassVar[int] = 39


@dataclass(frozen=True)
class ClearGradients(Intervention):
    """Clear the gradients before each step."""

    stage: ClassVar[int] = 21


@dataclass(frozen=True)
class StepPlainly(Intervention):
    """Move the weights by a usual step."""

    stage: ClassVar[int] = 40


@dataclass(frozen=True)
class Descend(Intervention):
    """Descend the gradient."""

    stage: ClassVar[int] = 25


@dataclass(frozen=True)
class ResetBiases(Intervention):
    """Start the biases of the hidden layers from zero."""

    stage: ClassVar[int] = 36


@dataclass(frozen=True)
class Reseed(Intervention):
    """Draw other random numbers.

    A placebo, which is in no cause's ladder: it changes nothing of substance.
    """

    stage: ClassVar[int] = 37
