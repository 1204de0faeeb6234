"""The rows of a search, read once, and set-ups on them: which rows are searched on, and which are
kept for confirmation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..comparison import Rows
from ..diagnosis.subject import Part
from ..errors import DataError
from ..recipe import Recipe
from ..recipe.editing import edit
from ..setup import Setup, build, with_recipe
from ..subjects.judged_rows import JudgedRows
from ..subjects.recipe_subject import RecipeSubject, own_validation
from ..watch import Watch
from .running import Live
from .space import edits_of

RESHAPING = ("data.", "loss.", "training.dtype")  # keys that make other numbers of the rows


@dataclass(frozen=True)
class Bench:
    """A set-up whose settings are searched."""

    subject: RecipeSubject
    watch: Watch

    @classmethod
    def of(cls, setup: Setup, watch: Watch) -> "Bench":
        """Raises DataError where no rows can be held out."""
        made = cls(RecipeSubject.of(setup, watch), watch)
        if not made.table.held:
            raise DataError(
                f"{len(made.table.usable)} rows are too few to choose settings on",
                "a search holds rows out, and needs 60 at least",
            )
        return made

    @property
    def table(self) -> JudgedRows[Any]:
        """All rows that may be used."""
        return self.subject.table

    @property
    def recipe(self) -> Recipe:
        """The recipe as it is."""
        return self.subject.recipe

    @cached_property
    def plain(self) -> Setup:
        """The recipe on the rows of the search, those it is judged on as validation rows."""
        return self._built(self.recipe)

    @property
    def apart(self) -> bool:
        """Whether there are rows that the search never sees."""
        return len(self.table.confirmation) > 0

    @property
    def where(self) -> str:
        """What results are confirmed on."""
        if self.apart:
            return f"{len(self.table.confirmation)} rows that were never searched on"
        why = f"{self.table.none_apart}: none could be kept apart"
        return f"new splits of the rows that were searched on ({why})"

    @property
    def between(self) -> Rows:
        """How the rows of several confirming runs hang together."""
        return self.table.between(Part.CONFIRMATION)

    def edited(self, values: Mapping[str, Any], epochs: int | None = None) -> Recipe:
        """The recipe with these values; a trial of so many epochs is a single network.

        Raises RecipeError where it can't be run.
        """
        edits = edits_of(self.recipe, values)
        if epochs is not None:
            edits |= {"training.epochs": epochs, "training.ensemble": None, "search": None}
        return edit(self.recipe, edits)

    def start(self, values: Mapping[str, Any], epochs: int) -> Live:
        """A trial. Raises NNDoctorError where its recipe can't be run."""
        return Live(values, epochs, self.trying(values, epochs))

    def trying(self, values: Mapping[str, Any], epochs: int) -> Setup:
        """The set-up of a trial; the rows are prepared anew only where its values ask for it."""
        recipe = self.edited(values, epochs)
        reshaped = any(key.startswith(RESHAPING) for key in values)
        return self._built(recipe) if reshaped else with_recipe(self.plain, recipe)

    def confirming(self, recipe: Recipe, seed: int) -> Setup:
        """A whole run on the rows of the confirmation, which are the test rows of the set-up."""
        return replace(self.subject, recipe=recipe).setup(seed, Part.CONFIRMATION)

    def tested(self, recipe: Recipe, seed: int) -> Setup:
        """The same with the recipe's own test rows, which nothing has seen, in their place."""
        parts = self.table.parts(seed, Part.CONFIRMATION, own_validation(recipe))
        known = np.concatenate([self.table.usable, self.table.fixed])
        test = np.setdiff1d(np.arange(len(self.table.dataset)), known)
        recipe = edit(recipe, {"training.seed": seed})
        return build(
            recipe,
            self.subject.name,
            "",
            self.subject.folder,
            self.table.dataset,
            parts._replace(test=test),
            self.subject.start,
        )

    def _built(self, recipe: Recipe) -> Setup:
        parts = self.table.parts(self.recipe.training.seed, Part.SEARCH, 0.0)
        parts = parts._replace(validation=parts.test, test=parts.validation)
        return build(
            recipe,
            self.subject.name,
            "",
            self.subject.folder,
            self.table.dataset,
            parts,
            self.subject.start,
        )
