"""One setting that is searched: its range, its scale, and how the study writes it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Inner = bool | int | float | str  # a value as the study holds it
DIGITS = 4  # of a searched number: no score tells further ones apart


@dataclass(frozen=True)
class Parameter:
    """A key of the recipe between `low` and `high` on a scale, or one of `choices`.

    The study holds "one-minus-log" as 1 - value on a log scale (momentum and betas: Ng's second
    course, "Using an appropriate scale"), "log2" as the exponent, a list as JSON text.
    """

    key: str
    low: float = 0.0
    high: float = 0.0
    scale: str = "linear"
    whole: bool = False
    choices: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """How the study calls it."""
        return {"one-minus-log": f"1 - {self.key}", "log2": f"log2 {self.key}"}.get(
            "" if self.choices else self.scale, self.key
        )

    @property
    def distribution(self) -> "BaseDistribution":
        """What the samplers draw from."""
        from optuna.distributions import (
            CategoricalDistribution,
            FloatDistribution,
            IntDistribution,
        )

        if self.choices:
            return CategoricalDistribution([_text(choice) for choice in self.choices])
        if self.scale == "log2":
            return IntDistribution(round(math.log2(self.low)), round(math.log2(self.high)))
        if self.scale == "one-minus-log":
            return FloatDistribution(1 - self.high, 1 - self.low, log=True)
        if self.whole:
            return IntDistribution(round(self.low), round(self.high), log=self.scale == "log")
        return FloatDistribution(self.low, self.high, log=self.scale == "log")

    def value(self, inner: Inner) -> Any:
        """What the recipe gets."""
        if self.choices:
            return next(choice for choice in self.choices if _text(choice) == inner)
        assert not isinstance(inner, str)
        if self.scale == "log2":
            return 2**inner
        if self.scale == "one-minus-log":
            return _complement(inner)
        return int(inner) if self.whole else _rounded(inner)

    def axis(self, value: Any) -> float:
        """Where a number lies on the scale: equal distances are equally likely to be drawn."""
        if self.scale == "one-minus-log":
            return -math.log10(max(1 - value, 1e-300))
        if self.scale == "linear":
            return float(value)
        return math.log2(value) if self.scale == "log2" else math.log10(value)

    def at(self, axis: float) -> float:
        """The number there."""
        if self.scale == "one-minus-log":
            return _complement(10**-axis)
        if self.scale == "log2":
            return float(2 ** round(axis))
        number = axis if self.scale == "linear" else 10**axis
        return float(round(number)) if self.whole else _rounded(number)

    def axis_is_there(self, number: float) -> bool:
        """Whether the scale has such a number, and whole ones are counted from 1."""
        if self.whole or self.scale in ("log", "log2"):
            return number >= (1 if self.whole else 1e-300)
        return self.scale != "one-minus-log" or number < 1

    def evenly(self, count: int) -> list[Inner]:
        """So many values as the study holds them, evenly spaced; fewer where there are no more."""
        if self.choices:
            return [_text(choice) for choice in self.choices]
        low, high = self.axis(self.low), self.axis(self.high)
        steps = [
            low + (high - low) * (at + 0.5 * (count == 1)) / max(count - 1, 1)
            for at in range(count)
        ]
        return list(dict.fromkeys(self._inner(self.at(step)) for step in steps))

    def _inner(self, number: float) -> Inner:
        number = min(max(number, self.low), self.high)
        if self.scale == "log2":
            return round(math.log2(number))
        if self.scale == "one-minus-log":
            return 1 - number
        return round(number) if self.whole else number

    @property
    def told(self) -> str:
        """The range in a few characters."""
        if self.choices:
            return ", ".join(in_words(choice) for choice in self.choices)
        if self.low == self.high:
            return f"{self.low:g}"
        return f"{self.low:g} to {self.high:g}"


def values_of(space: "tuple[Parameter, ...]", inner: Mapping[str, Inner]) -> dict[str, Any]:
    """The values of a trial by key of the recipe."""
    return {one.key: one.value(inner[one.name]) for one in space}


def in_words(value: Any) -> str:
    """A value in a few characters."""
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)


def _text(choice: Any) -> Any:
    """A choice as the study can hold it."""
    return json.dumps(choice) if isinstance(choice, list | dict) else choice


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _complement(number: float) -> float:
    """1 - number, without the digits that the subtraction brings."""
    return float(f"{1 - _rounded(number):.12g}")
