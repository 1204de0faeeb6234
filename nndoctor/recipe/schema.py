"""What a recipe may say: one model per table, strict, frozen, unknown keys refused.

Rules between two keys are field validators that look at the keys before them, not model
validators: pydantic skips those as soon as one field is wrong, and all mistakes are told at once.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from . import names
from .units import parse_unit, refusal

T = TypeVar("T")
Task = Literal["classification", "multilabel", "regression"]
Level = float | int | str | bool


def _unit(family: names.Family) -> Any:
    """A string field that holds a unit of the family, and lists its names for editors."""
    plain = [name for name in family.now if None not in names.ARGUMENTS.get(name, {}).values()]
    choices: list[dict[str, Any]] = [{"enum": plain}]
    choices += [
        {"pattern": rf"^\s*{name}\s*\(.*\)\s*$"} for name in family.now if name in names.ARGUMENTS
    ]

    def check(text: str) -> str:
        parse_unit(family, text)
        return text.strip()

    schema = {"type": "string", "anyOf": choices} if len(choices) > 1 else {"enum": plain}
    return Annotated[str, AfterValidator(check), WithJsonSchema(schema)]


def _share_or_path(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise refusal(f"{value!r} is neither a share nor a path", 'such as 0.2 or "test.csv"')
    if isinstance(value, str):
        if not value.strip():
            raise refusal("the path is empty", "0 means none")
        return value
    if not 0 <= value < 1:
        raise refusal(f"{value} is not a share", "a share is at least 0 and below 1")
    return float(value)


def _columns(value: object) -> object:
    items = value if isinstance(value, list | tuple) else (value,)
    if not items or not all(isinstance(item, str) and item for item in items):
        raise refusal(
            f"{value!r} is neither a column nor a list of columns",
            'names go in quotes: target = "y", or target = ["y0", "y1"]',
        )
    return tuple(items) if isinstance(value, list | tuple) else value


def _finite_rate(value: float) -> float:
    if value < 0:
        raise refusal(f"{value:g}: a negative learning rate climbs the loss", f"try {-value:g}")
    if value == 0:
        raise refusal("with a learning rate of 0 nothing would move", "try 0.001")
    return value


def _levels(value: object) -> object:
    if not isinstance(value, dict):
        raise refusal(f"{value!r} is not a table", "write [checks.ND101] and its levels below it")
    for key, level in value.items():
        if not isinstance(level, float | int | str):
            raise refusal(f"{key} = {level!r}: a level is a number, a string, true or false")
    return value


Activation = _unit(names.ACTIVATIONS)
Init = _unit(names.INITIALIZERS)
ShareOrPath = Annotated[float | str, BeforeValidator(_share_or_path)]
Columns = Annotated[str | tuple[str, ...], BeforeValidator(_columns)]
# Strict mode would refuse TOML's lists where a tuple is wanted.
Tuple = Annotated[tuple[T, ...], Strict(False)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0)]
AtLeastZero = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Levels = Annotated[dict[str, Level], BeforeValidator(_levels)]


class Table(BaseModel):
    """What all tables of a recipe have in common."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


def _only_with(name: str, settings: Mapping[str, object], info: ValidationInfo) -> None:
    """Refuses a setting that the named optimizer or schedule does not take."""
    if info.field_name not in settings:
        takes = ", ".join(settings) or "no settings"
        raise refusal(f"{name} has no setting {info.field_name!r}", f"it takes: {takes}")


def _filled(table: object, default_name: str, known: Mapping[str, Mapping[str, Any]]) -> object:
    """The table as written, on top of the defaults of what it names."""
    if not isinstance(table, dict):
        return table
    name = table.get("name", default_name)
    return {**known.get(name, {}), **table} if isinstance(name, str) else table


class Preprocess(Table):
    """Fitted on the training rows only."""

    features: _unit(names.FEATURE_STEPS) = "none"  # type: ignore[valid-type]
    """What is done to every input column."""
    target: _unit(names.TARGET_STEPS) = "none"  # type: ignore[valid-type]
    """What is done to the target of a regression."""
