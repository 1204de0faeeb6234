"""A recipe with its rows as the subject of a diagnosis: interventions are edits of the recipe."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .. import setup as setups
from ..comparison import Rows
from ..data import Dataset
from ..diagnosis.interventions import Intervention, Reseed
from ..diagnosis.subject import Part, Refused, Run, Tabular
from ..errors import NNDoctorError
from ..recipe import Recipe, to_toml
from ..recipe.editing import edit, stands
from ..setup import Setup, anything
from ..setup.source import clean, read, read_second
from ..setup.splitting import IN_ORDER, kept_together, split_rows, way_of
from ..setup.start import Start
from ..trainable import Array
from ..watch import Watch
from .components import swap
from .components.meaning import needed
from .judged_rows import HELD, HELD_FROM, JudgedRows
from .running import judged_rows, train, work
from .scoring import agreement, design_effect, truth_of
from .translation import edits_for

OTHER_STREAM = 7919  # added to the seed of a run whose random numbers alone are to differ
OWN_VALIDATION = 0.2  # of the training rows, where a recipe stops early by the rows of a file
SOUND_WIDTHS = (64, 64)
SOUND_BATCH = 32

Edits = Mapping[str, Any]


@dataclass(frozen=True)
class RecipeSubject:
    """A recipe, what was changed in it, and the rows it is trained and judged on.

    `shift` is added to the seed of each run. `settles`: its runs end once nothing moves any more.
    `thinned`: the shares of the rows that were kept. `start`: what `model.weights` names.
    `says`: whether its user has words for a recipe.
    """

    recipe: Recipe
    table: JudgedRows[Dataset] = field(repr=False)
    folder: Path
    name: str
    watch: Watch = field(compare=False, repr=False)
    change: Edits = field(default_factory=dict)
    shift: int = 0
    settles: bool = False
    thinned: str = ""
    start: Start | None = field(default=None, compare=False, repr=False)
    says: Callable[[Recipe], bool] = field(default=anything, compare=False, repr=False)

    @classmethod
    def of(
        cls, setup: Setup, watch: Watch | None = None, dataset: Dataset | None = None
    ) -> "RecipeSubject":
        """The recipe of a set-up; its own test rows are never touched."""
        return cls(
            setup.recipe,
            _table(setup, dataset),
            setup.folder,
            setup.name,
            watch or Watch(),
            start=setup.start,
            says=setup.says,
        )

    def __getstate__(self) -> dict[str, Any]:
        """Without what is cached: whole set-ups, that are built where they are needed."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def key(self) -> str:
        """Equal for recipes that train alike."""
        facts = self.shift, self.settles, self.thinned, self.judged_on
        text = f"{facts} {to_toml(self.recipe)}"
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    @property
    def text(self) -> str:
        """The recipe as TOML."""
        return to_toml(self.recipe)

    @cached_property
    def plain(self) -> Setup:
        """The recipe on the rows of its first seed, as interventions look at it."""
        return self.setup(self.recipe.training.seed, Part.SEARCH)

    @property
    def kind(self) -> str:
        """Classification, multilabel or regression."""
        return self.plain.trainable.task.kind

    @property
    def updates(self) -> int:
        """How many updates a whole run makes."""
        return self.plain.total_updates

    @property
    def cost(self) -> float:
        """Nominal seconds of a whole run."""
        return work(self.plain)

    @property
    def sayable(self) -> bool:
        """Whether the library that it came from has words for the recipe as it is now."""
        return self.says(self.recipe)

    def setup(self, seed: int, part: Part) -> Setup:
        """On the rows of this seed; early stopping and plateaus get rows of their own."""
        recipe = edit(self.recipe, {"training.seed": seed + self.shift})
        parts = self.table.parts(seed, part, own_validation(recipe))
        return setups.build(
            recipe, self.name, "", self.folder, self.table.dataset, parts, self.start
        )

    def run(self, seed: int, part: Part, looks: Sequence[int] = (), inside: bool = False) -> Run:
        """One whole training from this seed."""
        return train(self.setup(seed, part), looks, inside, self.settles, self.watch)

    def apply(self, intervention: Intervention) -> "RecipeSubject | Refused":
        """The edited recipe, or why there is nothing to edit."""
        if isinstance(intervention, Reseed):
            return replace(self, shift=self.shift + OTHER_STREAM)
        edits = edits_for(self.plain, intervention)
        return edits if isinstance(edits, Refused) else self.edited(edits)

    def swap(self, component: str, donor: "RecipeSubject") -> "RecipeSubject | Refused":
        """With this component as it is in the donor's recipe."""
        edits = swap(component, self.plain, donor.plain)
        return (
            self.edited(edits) if edits else Refused(f"the two do not differ in their {component}")
        )

    def edited(self, edits: Edits) -> "RecipeSubject | Refused":
        """With these edits made after those that were made before; refused if that can't run."""
        edits = self._makeable(edits)
        replaced = tuple(f"{key}." for key in edits)
        kept = {
            key: value
            for key, value in self.change.items()
            if key not in edits and not key.startswith(replaced)
        }
        try:
            changed = replace(self, recipe=edit(self.recipe, edits), change={**kept, **edits})
            _ = changed.plain
        except NNDoctorError as error:
            return Refused(error.args[0])
        return changed

    def _makeable(self, edits: Edits) -> Edits:
        """Without keys left out that the recipe does not have, or that say what it would do without
        them; all of them where that is all.

        Saved weights go with any key of first weights, and a table may be put in by another edit,
        beside which a key may matter that does not alone.
        """
        if self.recipe.model.weights is not None:
            return edits
        tables = tuple(f"{key}." for key, value in edits.items() if value is not None)
        found = {
            key: value
            for key, value in edits.items()
            if value is not None or key.startswith(tables) or stands(self.recipe, key)
        }
        if all(value is None for value in found.values()):
            found = needed(self.plain, found) or found
        return found or edits

    def thinner(self, share: float) -> "RecipeSubject | Refused":
        """As many epochs over fewer rows; the choice is of the recipe's own seed."""
        table = self.table.thinner(share, self.recipe.training.seed)
        if table is None:
            return Refused("too few rows would be left")
        return replace(self, table=table, thinned=f"{self.thinned} {share:g}")

    def mixed(self) -> "RecipeSubject | Refused":
        """Split as if no row were there twice."""
        table = self.table.mixed
        return Refused("no rows are kept together") if table is None else replace(self, table=table)

    def sound(self, rate: float, updates: int) -> "RecipeSubject":
        """The same rows under standardised numbers, a fitting loss, He weights and Adam."""
        changed = self.edited(_sound_edits(self.plain, rate, updates))
        if isinstance(changed, Refused):
            raise NNDoctorError(changed.reason)
        return replace(changed, settles=True)

    @property
    def judged_on(self) -> str:
        """Which rows scores are taken on."""
        return self.table.words

    def between(self, part: Part) -> Rows:
        """How the judged rows of several seeds hang together."""
        return self.table.between(part)

    def rows(self, seed: int, part: Part) -> Tabular:
        """Standardised rows with their decoded targets."""
        setup = self.setup(seed, part)
        judged = judged_rows(setup)
        mine, theirs = truth_of(setup, setup.train), truth_of(setup, judged)
        return Tabular(setup.train.x, mine, judged.x, theirs, self._alike)

    @cached_property
    def _alike(self) -> float:
        table = self.table
        if table.groups is None or not table.named:
            return 1.0
        y = (
            table.dataset.y
            if table.classes is None
            else np.eye(table.classes.max() + 1)[table.classes]
        )
        return design_effect(y[table.usable].astype(np.float64), table.groups[table.usable])

    def agreement(self, truth: Array, guess: Array) -> float:
        """Matthews correlation or R^2, 0 where it is worse than chance."""
        return agreement(self.kind, truth, guess)


def _table(setup: Setup, dataset: Dataset | None) -> JudgedRows[Dataset]:
    """All rows that may be used: without the user's own test part, and held out as the user does.

    Rows of a file to validate on, and the last rows in time, are judged in each run.
    """
    recipe, given = setup.recipe, setup.recipe.data
    dataset = clean(recipe, dataset or setup.dataset or read(recipe, setup.folder))
    count, fixed = len(dataset), np.zeros(0, np.int64)
    kind = setup.trainable.task.kind
    classes = _classes(dataset.y) if kind == "classification" else None
    groups = kept_together(recipe, dataset)
    parts = split_rows(recipe, dataset, classes, groups)
    usable = np.setdiff1d(np.arange(count), parts.test)
    if isinstance(given.validation, str):
        second = clean(recipe, read_second(recipe, setup.folder, given.validation, dataset))
        dataset = replace(
            dataset,
            x=np.concatenate([dataset.x, second.x]),
            y=np.concatenate([dataset.y, second.y]),
        )
        fixed, groups = np.arange(count, len(dataset)), None
        classes = _classes(dataset.y) if kind == "classification" else None
    elif way_of(recipe, dataset) in IN_ORDER and len(parts.validation):
        fixed, usable, groups = np.sort(parts.validation), np.sort(parts.train), None
    named = given.group or ""
    if groups is not None and len(np.unique(groups[usable])) < (2 if named else HELD_FROM):
        # of few distinct rows no other could be held out; a column that names groups is obeyed
        groups, named = None, ""
    own = 0.0 if isinstance(given.validation, str) else given.validation
    share = max(own, HELD)  # who holds out more trains on fewer rows, and is judged so
    return JudgedRows(dataset, usable, fixed, classes, groups, named, share=share)


def _classes(y: Array) -> Array:
    return np.unique(y if y.shape[1] == 1 else y.argmax(axis=1), return_inverse=True)[1].ravel()


def own_validation(recipe: Recipe) -> float:
    """The share of the training rows that a recipe decides on; 0 where it decides nothing."""
    stopping = recipe.training.early_stopping
    asks = stopping is not None and stopping.asks_validation
    decides = asks or recipe.schedule.name == "plateau"
    if not decides or not recipe.data.validation:
        return 0.0
    return recipe.data.validation if isinstance(recipe.data.validation, float) else OWN_VALIDATION


def _sound_edits(setup: Setup, rate: float, updates: int) -> Edits:
    kind = setup.trainable.task.kind
    batch = min(SOUND_BATCH, len(setup.train))
    encoding = {"data.target_encoding": "class"} if kind == "classification" else {}
    scaled = {"data.preprocess.target": "standardize"} if kind == "regression" else {}
    epochs = max(1, -(-updates // -(-len(setup.train) // batch)))
    return {
        "data.preprocess": {"features": "standardize"},
        **encoding,
        **scaled,
        "data.task": kind,
        "model": {"hidden": list(SOUND_WIDTHS)},
        "loss": None,
        "regularization": None,
        "optimizer": {"name": "adam", "learning_rate": rate},
        "schedule": None,
        "training": {"epochs": epochs, "batch_size": batch},
    }
