"""What goes wrong by the user's hand: one family, caught in one place (`cli/app.py`)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong, with the offending value, and what would be right."""

    problem: str
    hint: str = ""


class NNDoctorError(Exception):
    """Bad input: all its mistakes at once."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.mistakes: tuple[Mistake, ...] = (Mistake(problem, hint),)

    def __str__(self) -> str:
        """Problems with their hints, for whoever sees a traceback."""
        hints = (one.hint and f"\n  hint: {one.hint}" for one in self.mistakes)
        return "\n".join(one.problem + hint for one, hint in zip(self.mistakes, hints, strict=True))

    @classmethod
    def of(cls, mistakes: Iterable[Mistake]) -> "NNDoctorError":
        """One error that carries several mistakes."""
        told = tuple(mistakes)
        error = cls("; ".join(mistake.problem for mistake in told))
        error.mistakes = told
        return error


class RecipeError(NNDoctorError):
    """The recipe can't be read or can't be run."""


class DataError(NNDoctorError):
    """The data can't be read or can't be trained on."""


class TargetNotNamed(DataError):
    """A table whose target nobody has named; `likeliest` is the column to propose, "" for none.

    `gaps`: rows that have no value there.
    """

    def __init__(self, problem: str, hint: str = "", likeliest: str = "", gaps: int = 0) -> None:
        super().__init__(problem, hint)
        self.likeliest, self.gaps = likeliest, gaps


class UsageError(NNDoctorError):
    """The command line asks for something that does not exist."""


class TooLarge(NNDoctorError):
    """It asks for more memory than there is."""
