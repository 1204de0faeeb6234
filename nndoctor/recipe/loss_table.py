"""[loss]: what is minimised, and how rows and classes are put together."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from . import names
from .fields import ClassWeights, Named, Share, Table
from .units import refusal


class Loss(Table):
    """What is minimised."""

    name: Annotated[str, Named(names.LOSSES)] | None = Field(
        default=None,
        description="by the task where absent: cross_entropy for a classification, "
        "binary_cross_entropy for a multilabel task, mse for a regression",
    )
    from_logits: bool = Field(
        default=True,
        description="true: the loss applies softmax or sigmoid itself; false: it takes the output "
        "as probabilities",
    )
    reduction: Literal["mean", "sum"] = Field(
        default="mean", description="over the rows of a batch"
    )
    scale: Annotated[float, Field(gt=0)] = Field(
        default=1.0,
        description="what it is multiplied by where it is minimised, penalties aside; 0.5 for half "
        "the squared error, as scikit-learn has it",
    )
    label_smoothing: Share = Field(
        default=0.0,
        description="share e of the target spread over all C classes: (1 - e) y + e / C; "
        "the other classes' e / (C - 1) beside 1 - e of some books is e C / (C - 1) here",
    )
    delta: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="huber (1): where the square becomes a straight line"
    )
    class_weights: ClassWeights | None = Field(
        default=None,
        description='one a class in their order, or "balanced": rows / (classes * rows of the '
        "class)",
    )
    weighted_mean: Literal["weights", "rows"] = Field(
        default="weights",
        description="what the mean of weighted rows is over: the sum of their weights, as in "
        "PyTorch, or their number, as in Keras",
    )

    @field_validator("label_smoothing")
    @classmethod
    def _not_hinge(cls, value: float, info: ValidationInfo) -> float:
        if value and info.data.get("name") == "hinge":
            raise refusal(
                "can't stand beside the hinge loss: hinge reads only the side a target is on",
                "smooth a cross-entropy, or leave it out",
            )
        return value

    @field_validator("delta")
    @classmethod
    def _huber_only(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("name") != "huber":
            raise refusal("is a setting of the huber loss", 'name = "huber", or leave it out')
        return value
