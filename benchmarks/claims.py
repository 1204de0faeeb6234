"""What diagnoses claimed about samples of known laws, and how much of it fresh rows bear out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from independent import sound
from scoring import Rate, Value

from nndoctor.recipe import loads, to_toml
from nndoctor.recipe.editing import edit

RELEVANT = 0.02  # of the score on fresh rows
EFFECT = 0.1  # that a fault takes from it
CAUSE, CURE, LIKELY, BETTER = "cause", "cure", "likely cure", "improvement"


@dataclass(frozen=True)
class Claim:
    """That one recipe does better than another.

    `kind`: a confirmed cause, a cure, a prescription that was not confirmed, or an improvement.
    """

    kind: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Tried:
    """A claim with what its change brings on fresh rows, the mean over fresh seeds."""

    kind: str
    name: str
    gain: float

    @property
    def true(self) -> bool:
        """Whether it brings anything at all."""
        return self.gain > 0

    @property
    def relevant(self) -> bool:
        """Whether it brings more than could matter."""
        return self.gain > RELEVANT


@dataclass(frozen=True)
class Seen:
    """One sample: what was planted in it, what fresh rows say of it, what the diagnosis said.

    `own`: the score of the recipe on fresh rows; `lost`: what the faults took from it; `bar`: the
    score of scikit-learn's best network, None where faults were planted. `random`: what a random
    change of the recipe brings, None where none could be made.
    """

    id: str
    faults: tuple[str, ...]
    own: float
    lost: float
    bar: float | None
    sick: bool
    alarm: bool
    named: tuple[str, ...]
    tried: tuple[Tried, ...]
    placebo: tuple[int, int]
    random: Tried | None
    seconds: float
    error: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing was planted, and nothing is missing beside independent networks."""
        return not self.faults and self.bar is not None and sound(self.own, self.bar)

    @property
    def felt(self) -> bool:
        """Whether faults show on fresh rows."""
        return bool(self.faults) and self.lost > EFFECT


def claims(result: Mapping[str, Any], text: str) -> Iterator[Claim]:
    """Those of a result as `--format json` writes it, on the recipe of that text.

    A cause that was confirmed on top of others, or in a sound set-up, brings both its recipes.
    """
    for one in result.get("causes", ()):
        if one["status"] != "confirmed":
            continue
        if "from_recipe" in one:
            yield Claim(CAUSE, one["cause"], one["from_recipe"], one["to_recipe"])
        elif one["change"]:
            yield Claim(CAUSE, one["cause"], text, _edited(text, one["change"]))
    for one in result.get("improvements", ()):
        yield Claim(BETTER, one["cause"], text, _edited(text, one["change"]))
    if result.get("cured_recipe"):
        kind = CURE if result["prescription_status"] == "confirmed" else LIKELY
        yield Claim(kind, result["prescription_status"], text, result["cured_recipe"])


def _edited(text: str, change: Mapping[str, Any]) -> str:
    return to_toml(edit(loads(text, "the recipe"), change))


GOALS: dict[str, tuple[str, float]] = {
    "confirmed causes, true": (">=", 0.97),
    "improvements, true": (">=", 0.97),
    "cures, true": (">=", 0.97),
    "sound, called sick": ("<=", 0.02),
    "effect above 0.1, detected": (">=", 0.97),
    "placebo named": ("<=", 0.0),
    "errors": ("<=", 0.0),
}


def measures(seen: Sequence[Seen]) -> dict[str, Value]:
    """All measures by name."""
    every = [one for sample in seen for one in sample.tried]
    felt = [sample for sample in seen if sample.felt]
    plain = [sample for sample in seen if not sample.faults]
    sound_ones = [sample for sample in plain if sample.sound]
    return {
        **_borne_out("confirmed causes", every, CAUSE),
        **_borne_out("improvements", every, BETTER),
        **_borne_out("cures", every, CURE),
        **_borne_out("other prescriptions", every, LIKELY),
        "sound, called sick": Rate.over(sample.sick for sample in sound_ones),
        "nothing planted, called sick": Rate.over(sample.sick for sample in plain),
        "effect above 0.1, detected": Rate.over(sample.alarm for sample in felt),
        "effect above 0.1, prescription brings 0.02": _helped(felt),
        "effect above 0.1, a random change brings 0.02": _by_chance(felt),
        "a random change brings anything": _rate(_random(seen), "true"),
        "a random change brings 0.02": _by_chance(seen),
        "placebo named": Rate(
            sum(sample.placebo[0] for sample in seen), sum(sample.placebo[1] for sample in seen)
        ),
        "seconds, median": median([sample.seconds for sample in seen]) if seen else None,
        "errors": Rate.over(bool(sample.error) for sample in seen),
    }


def _borne_out(name: str, every: Sequence[Tried], kind: str) -> dict[str, Value]:
    own = [one for one in every if one.kind == kind]
    return {f"{name}, true": _rate(own, "true"), f"{name}, above 0.02": _rate(own, "relevant")}


def _rate(tried: Iterable[Tried], word: str) -> Rate:
    return Rate.over(getattr(one, word) for one in tried)


def _random(seen: Iterable[Seen]) -> list[Tried]:
    return [sample.random for sample in seen if sample.random is not None]


def _by_chance(seen: Iterable[Seen]) -> Rate:
    return _rate(_random(seen), "relevant")


def _helped(seen: Iterable[Seen]) -> Rate:
    """Over all samples, with a prescription or without."""
    return Rate.over(
        any(one.relevant for one in sample.tried if one.kind in (CURE, LIKELY)) for sample in seen
    )
