"""The types of a recipe's values: ranges, unit names, shares, columns."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
)
from pydantic_core import CoreSchema, core_schema

from .names import Family
from .units import parse_unit, refusal

T = TypeVar("T")


class Table(BaseModel):
    """What all tables of a recipe have in common."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Named:
    """Marks a string that names a unit of a family; editors get the list of names."""

    family: Family

    def check(self, text: str) -> str:
        """The text as it stands, once it is known to name a unit."""
        parse_unit(self.family, text)
        return text.strip()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        def bare(name: str) -> bool:
            return None not in self.family.arguments.get(name, {}).values()

        plain = {"enum": [name for name in self.family.names if bare(name)]}
        called = [
            rf"^{name}\s*\(.*\)$" for name in self.family.names if name in self.family.arguments
        ]
        if not called:
            return {"type": "string", **plain}
        return {"type": "string", "anyOf": [plain, *({"pattern": form} for form in called)]}


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
    return tuple(items) if isinstance(value, list) else value


def _weights(value: object) -> object:
    items = value if isinstance(value, list | tuple) else ()
    numbers = [float(x) for x in items if isinstance(x, int | float) and not isinstance(x, bool)]
    if value != "balanced" and (not items or len(numbers) != len(items) or not min(numbers) >= 0):
        raise refusal(
            f'{value!r} is neither "balanced" nor a list of weights of at least 0',
            "one a class: class_weights = [1.0, 5.0]",
        )
    if numbers and not 0 < sum(numbers) < math.inf:
        raise refusal(
            f"{value!r}: the weights add up to {sum(numbers):g}", "some class has to count"
        )
    return tuple(numbers) or value


def _levels(value: object) -> object:
    if not isinstance(value, dict):
        raise refusal(f"{value!r} is not a table", "write [checks.ND101] and its levels below it")
    for key, level in value.items():
        if not isinstance(level, float | int | str):
            raise refusal(f"{key} = {level!r}: a level is a number, a string, true or false")
    return value


def _moving(rate: float) -> float:
    if rate < 0:
        raise refusal(f"{rate:g}: a negative learning rate climbs the loss", f"try {-rate:g}")
    if rate == 0:
        raise refusal("with a learning rate of 0 nothing would move", "try 0.001")
    return rate


def _gain(value: object) -> object:
    if value == "activation":
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < math.inf:
        raise refusal(
            f'{value!r} is neither a number nor "activation"', 'such as 1.0 or "activation"'
        )
    if value < 0:
        raise refusal(f"{value:g}: a gain can't be negative", f"try {-value:g}")
    return float(value)


def _weight_norm(value: object) -> object:
    if value != "data" and not isinstance(value, bool):
        quoted = str(value).lower() in ("true", "false")
        hint = f"write it without quotes: {str(value).lower()}" if quoted else 'such as "data"'
        raise refusal(f'{value!r} is neither true, false nor "data"', hint)
    return value


def _image(value: object) -> object:
    sizes = value if isinstance(value, list | tuple) else ()
    whole = all(isinstance(size, int) and not isinstance(size, bool) for size in sizes)
    if len(sizes) != 3 or not whole or not all(0 < size <= 10**6 for size in sizes):
        raise refusal(f"{value!r} is no height, width and channels", "such as [28, 28, 1]")
    return tuple(sizes)


def _text(value: str) -> str:
    if not value.strip():
        raise refusal("is empty", "leave the key out, or name a file")
    return value


# Strict mode would refuse TOML's lists where a tuple is wanted.
Tuple = Annotated[tuple[T, ...], Strict(False)]
Count = Annotated[int, Field(ge=1, le=10**9)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
Times = Annotated[int, Field(ge=0, le=10**12)]  # updates or epochs, as schedules count them
Units = Annotated[int, Field(ge=1, le=10**6)]
Few = Annotated[int, Field(ge=1, le=1000)]  # networks, or states of one, that are all kept
AtLeastZero = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Path = Annotated[str, AfterValidator(_text)]
ShareOrPath = Annotated[float | str, BeforeValidator(_share_or_path)]
Column = Annotated[str, AfterValidator(_text)]
Columns = Annotated[str | tuple[str, ...], BeforeValidator(_columns)]
WeightNorm = Annotated[bool | Literal["data"], BeforeValidator(_weight_norm)]
Image = Annotated[tuple[int, int, int], BeforeValidator(_image)]
Gain = Annotated[float | Literal["activation"], BeforeValidator(_gain)]
ClassWeights = Annotated[Literal["balanced"] | tuple[float, ...], BeforeValidator(_weights)]
LearningRate = Annotated[float, AfterValidator(_moving)]
Levels = Annotated[dict[str, float | int | str | bool], BeforeValidator(_levels)]
