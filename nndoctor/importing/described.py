"""What a library's model says of itself, in the words of a recipe; every importer makes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import Mistake, UsageError
from ..recipe import Recipe, build
from ..trainable import Array


@dataclass(frozen=True)
class Described:
    """A model with all that trains it.

    `kind`: of the task. `layers`: tables as in `[[model.layers]]`, the output layer last. `tables`:
    the other tables of the recipe, by name. `notes`: what a reader should know of the translation.
    `weights`: those at hand by their names, where training starts from them. `own`: arguments of
    the library's as the user gave them, where it is written down as one call. `behind`: code of
    what prepares the rows before all that the recipe says.
    """

    library: str
    name: str
    kind: str
    layers: tuple[Mapping[str, Any], ...]
    tables: Mapping[str, Mapping[str, Any]]
    input_norm: bool = False
    notes: tuple[str, ...] = field(default=())
    weights: Mapping[str, Array] = field(default_factory=dict)
    own: Mapping[str, Any] | None = None
    behind: str = ""

    def recipe(self, path: str, weights: str) -> Recipe:
        """The recipe over rows that lie at this path as arrays X and y, and the weights at theirs,
        where it starts from the model's own."""
        tables = {name: dict(table) for name, table in self.tables.items()}
        more: dict[str, Any] = {"input_batch_norm": True} if self.input_norm else {}
        more |= {"weights": weights} if self.weights else {}
        given = {"path": path, "target": "y", "task": self.kind, "validation": 0.0}
        return build(
            {
                "title": f"{self.name} of {self.library}",
                **tables,
                "data": given | tables.get("data", {}),
                "model": {
                    "layers": [dict(layer) for layer in self.layers],
                    **more,
                    **tables.get("model", {}),
                },
            }
        )


PLAIN = "only plain stacks of dense layers become a recipe; change or leave these out"


def refuse_unsaid(name: str, unsaid: Sequence[str], hint: str = PLAIN) -> None:
    """Raises UsageError with all that a recipe can't say; nothing has run then."""
    if unsaid:
        told = [Mistake(f"{name}: a recipe can't say {one}") for one in unsaid[:-1]]
        raise UsageError.of([*told, Mistake(f"{name}: a recipe can't say {unsaid[-1]}", hint)])
