"""The [schedule] table: which formula the learning rate follows, and its settings."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from . import names
from .fields import AtLeastZero, Count, Few, LearningRate, Named, Share, Table, Times, Tuple
from .settings import only_taken, with_defaults
from .units import refusal


def _some(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    # Field(min_length=1) would also complain where an entry is wrong.
    if not entries:
        raise refusal("the list is empty", "at least one entry")
    return entries


Some = AfterValidator(_some)
Positive = Annotated[float, Field(gt=0)]
UpToOne = Annotated[float, Field(ge=0, le=1)]

# For the reference: rate is optimizer.learning_rate, total the t of the whole training.
FORMULAS: Mapping[str, str] = {
    "constant": "rate",
    "step": "rate * factor^(t // every)",
    "multi_step": "rate * factor^(how many milestones t has reached)",
    "exponential": "rate * exp(-decay * t); 0.95^t has decay = 0.0513, which is -ln 0.95",
    "staircase": "rate * exp(-decay * (t // every))",
    "inverse_time": "rate / (1 + decay * t)",
    "sqrt": "rate / sqrt(1 + decay * t); decay = 1 is k / sqrt(t) with k = rate and t from 1 on",
    "polynomial": "falls as (1 - t / total)^power from rate to end * rate",
    "cosine": "falls along half a cosine from rate to end * rate",
    "cosine_restarts": "as cosine, but over `every`, then again over growth times as long, ...",
    "one_cycle": "along half a cosine from rate / start_divisor up to rate at peak_at * total, "
    "along another down to rate / start_divisor / end_divisor",
    "manual": "rates[t], at last the last of them; optimizer.learning_rate is not used",
    "plateau": "rate, times factor after more than `patience` epochs whose loss is not below "
    "(1 - min_delta) times the best",
}


class Schedule(Table):
    """How the learning rate changes; each schedule takes the settings that name it."""

    # A setting that the named schedule does not take is None.

    name: Annotated[str, Named(names.SCHEDULES)] = Field(
        default="constant", description="the formula"
    )
    decay: AtLeastZero | None = Field(
        default=None,
        description="exponential, staircase, inverse_time, sqrt (1): how fast it falls",
        validate_default=True,
    )
    factor: Positive | None = Field(
        default=None, description="step (0.5), multi_step and plateau (0.1): of the rate before"
    )
    every: Count | None = Field(
        default=None,
        description="step, staircase: so many t at one rate; cosine_restarts: the first period",
        validate_default=True,
    )
    growth: Few | None = Field(
        default=None, description="cosine_restarts (1): each period over the one before"
    )
    milestones: Annotated[Tuple[Count], Some] | None = Field(
        default=None, description="multi_step: list of t", validate_default=True
    )
    rates: Annotated[Tuple[LearningRate], Some] | None = Field(
        default=None,
        description="manual: the learning rate at t = 0, 1, ..., the last one stays",
        validate_default=True,
    )
    power: Positive | None = Field(default=None, description="polynomial (1): 1 is a line")
    end: UpToOne | None = Field(
        default=None,
        description="polynomial, cosine, cosine_restarts (0): share of the rate at the end",
    )
    peak_at: UpToOne | None = Field(
        default=None, description="one_cycle (0.3): share of the training before the highest rate"
    )
    start_divisor: Positive | None = Field(
        default=None, description="one_cycle (25): highest over first rate"
    )
    end_divisor: Positive | None = Field(
        default=None, description="one_cycle (1e4): first over last rate"
    )
    patience: Times | None = Field(
        default=None, description="plateau (10): so many epochs without progress are borne"
    )
    min_delta: Share | None = Field(
        default=None, description="plateau (1e-4): a smaller gain, as a share, is no progress"
    )
    per: Literal["step", "epoch"] = Field(
        default="step", description="any schedule: what t counts; plateau counts epochs anyway"
    )
    warmup: Times = Field(
        default=0,
        description="any schedule: linear from 0 over so many t, the first at 1 / warmup; the "
        "schedule's own t starts after it and still ends with the training",
    )

    @model_validator(mode="before")
    @classmethod
    def _defaults_by_name(cls, table: Any) -> Any:
        return with_defaults(table, "constant", names.SCHEDULE_SETTINGS)

    @field_validator(
        "decay",
        "factor",
        "every",
        "growth",
        "milestones",
        "rates",
        "power",
        "end",
        "peak_at",
        "start_divisor",
        "end_divisor",
        "patience",
        "min_delta",
    )
    @classmethod
    def _taken(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.data.get("name")
        if value is not None:
            only_taken("schedule", info, names.SCHEDULE_SETTINGS)
        elif info.field_name in names.SCHEDULE_SETTINGS.get(str(name), {}):
            raise refusal("is missing", f"the {name} schedule needs it")
        return value
