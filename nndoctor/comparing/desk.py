"""What a ready comparison works with: a set-up, how much of it is run, and the page it fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..recipe.editing import edit
from ..setup import Setup
from ..subjects.edits.editing import hidden_edits
from ..subjects.recipe_subject import RecipeSubject
from ..watch import Watch
from .contest import Contest, hold
from .page import Page
from .variants import Variant, base, edited

Edits = Mapping[str, Any]


@dataclass
class Desk:
    """`updates`: of each run, about; None: as the recipe says. `given`: the user named the recipe.

    `seeds` of each set-up, `jobs` runs side by side.
    """

    setup: Setup
    watch: Watch
    seeds: int
    jobs: int
    updates: int | None = None
    given: bool = False
    page: Page = field(default_factory=Page)

    @property
    def subject(self) -> RecipeSubject:
        """The set-up on all its rows, each run as long as is asked."""
        return self.of(self.setup)

    @property
    def seed(self) -> int:
        """The first of all."""
        return self.setup.recipe.training.seed

    def of(self, setup: Setup) -> RecipeSubject:
        """The same of another set-up."""
        if self.updates is None:
            return base(setup, self.watch)
        epochs = max(1, -(-self.updates // setup.epoch_updates))
        return base(
            replace(setup, recipe=edit(setup.recipe, {"training.epochs": epochs})), self.watch
        )

    def hidden(self, values: Edits) -> dict[str, Any]:
        """Edits that put these values into every hidden layer."""
        return hidden_edits(self.setup, values)

    def variants(
        self, column: str, edits: Mapping[str, Edits], subject: RecipeSubject | None = None
    ) -> list[Variant]:
        """The set-up under the edits of each name."""
        return edited(subject or self.subject, column, edits)

    def hold(self, variants: list[Variant], name: str = "", **shown: bool) -> Contest:
        """A contest, put on the page."""
        held = hold(variants, self.seeds, self.jobs, self.watch)
        self.page.contest(held, name, **shown)
        return held
