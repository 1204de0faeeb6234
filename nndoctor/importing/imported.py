"""A set-up made of a library's model, with its rows in memory; it can be saved as a recipe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..data import Dataset
from ..errors import UsageError
from ..outputs import claimed
from ..recipe import Recipe, to_toml
from ..setup import Setup, Start, build, rows_claimed, save_recipe
from .described import Described
from .wording import sayable

ROWS, WEIGHTS = "data.npz", "weights.npz"
ARGUMENT = "recipe.toml"  # where its user would save it


@dataclass(frozen=True)
class Imported(Setup):
    """`library`: whose words a cure is said in. `own`, `behind`: as in `Described`."""

    library: str = ""
    own: Mapping[str, Any] | None = None
    behind: str = ""

    @property
    def says(self) -> Callable[[Recipe], bool]:
        """Whether the library has words for all that another recipe changes."""
        return partial(sayable, self.library, self.trainable.task.outputs, self.recipe)

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Writes the recipe, and its rows as an .npz beside it, and so the weights it starts from.

        Raises UsageError where a file is there already, unless `force` gives it up.
        """
        recipe = Path(path)
        if recipe.suffix.lower() != ".toml":
            raise UsageError(f"{recipe} is no .toml file", f"{recipe}.toml")
        with claimed(recipe, force=force), rows_claimed(self, recipe, force):
            save_recipe(self, recipe)

    def beside(self, recipe: Path) -> Mapping[str, tuple[Path, Mapping[str, Any]]]:
        """Its rows, and the weights it starts from."""
        if self.dataset is None:
            raise UsageError(f"the rows of {self.name} are not in memory", "import it again")
        y = self.dataset.y
        rows = {"X": self.dataset.x, "y": y.astype(str) if y.dtype == object else y}
        kept: dict[str, Any] = {"data.path": (recipe.with_suffix(".npz"), rows)}
        if self.start is not None:
            weights = recipe.with_name(f"{recipe.stem}-{WEIGHTS}")
            kept["model.weights"] = weights, dict(self.start.arrays)
        return kept


def imported(described: Described, dataset: Dataset) -> Imported:
    """The model on its rows, as a set-up. Raises NNDoctorError where the two don't fit."""
    recipe = described.recipe(ROWS, WEIGHTS)
    start = Start(described.weights, described.name) if described.weights else None
    made = build(recipe, described.name, to_toml(recipe), Path(), dataset, start=start)
    shared = {name: getattr(made, name) for name in Setup.__dataclass_fields__}
    shared |= {"dataset": dataset, "argument": ARGUMENT}
    words = (word.removeprefix(f"{ROWS}: ") for word in made.words)
    shared["words"] = (*words, *described.notes)
    return Imported(**shared, library=described.library, own=described.own, behind=described.behind)
