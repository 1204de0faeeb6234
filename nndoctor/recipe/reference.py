"""The reference of all keys, read off the models: docs/recipe.md.

`python -m nndoctor.recipe.reference > docs/recipe.md`
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from .fields import Named, Table
from .names import FAMILIES, OPTIMIZER_SETTINGS, SCHEDULE_SETTINGS
from .schedule_table import FORMULAS
from .tables import tables

_INTRO = """\
# The recipe

A recipe is a TOML file that says what is trained. Unknown keys are refused, and all mistakes are
reported together, each with its line. `--set optimizer.learning_rate=3e-3` changes a key from the
command line; text needs no quotes there, and `model.layers[0].init=he_normal` reaches into a layer.

A recipe may describe a sick set-up: softmax on one unit, a learning rate of 3. Refused is only what
can't be run at all.

The smallest recipe:

```toml
[data]
path = "digits.csv"  # relative to the recipe
target = "digit"

[model]
hidden = [64, 32]
```

<!-- Below: written by `python -m nndoctor.recipe.reference`. -->
"""


_INITIALISERS = """\
`xavier` is a normal distribution over the root of the number of inputs, and so is `lecun_normal`.
`random_walk` is the same times a factor by activation and width that keeps gradients of one length
through many layers. `lsuv` is `orthogonal`, then scaled layer by layer until the values before the
activation have variance 1 on 512 of the training rows; `init_gain` comes after that. The gain of an
activation f is that of PyTorch's `calculate_gain`; where that has none, 1 / sqrt(E[f(z)^2]) for
normally distributed z.
"""


def reference() -> str:
    """The text of docs/recipe.md."""
    return "\n".join([_INTRO, *_all_tables(), *_all_names(), *_all_settings()])


def _all_tables() -> Iterator[str]:
    for path, model in tables().items():
        title = f"[[{path[:-2]}]]" if path.endswith("[]") else f"[{path}]"
        yield f"## {f'`{title}`' if path else 'At the top'}\n"
        if path:
            yield f"{model.__doc__}\n"
        yield "| key | value | default | meaning |\n|---|---|---|---|"
        for name, field in model.model_fields.items():
            if field.description:
                default = _default(name, field, model)
                yield f"| `{name}` | {_type(field)} | {default} | {field.description} |"
        yield ""


def _all_names() -> Iterator[str]:
    yield "## Names\n\n| | |\n|---|---|"
    for family in FAMILIES:
        there = " ".join(f"`{family.usage(name)}`" for name in family.names)
        yield f"| {family.kind} | {there} |"
    yield f"\n{_INITIALISERS}"


def _all_settings() -> Iterator[str]:
    yield "## Settings of optimizers and schedules\n\n| | takes, with its default |\n|---|---|"
    yield from (f"| {name} | {_taken(takes)} |" for name, takes in OPTIMIZER_SETTINGS.items())
    yield "\n| | learning rate at t = 0, 1, ... | takes, with its default |\n|---|---|---|"
    for name, takes in SCHEDULE_SETTINGS.items():
        yield f"| {name} | {FORMULAS[name]} | {_taken(takes)} |"
    yield "\n`rate` is `optimizer.learning_rate`, `total` how many t the training has, `t // every`"
    yield "the whole part of t / every. What runs towards an end stays there if trained on.\n"


def _taken(settings: Mapping[str, object]) -> str:
    return ", ".join(
        f"`{key}`" if value is None else f"`{key} = {_toml(value)}`"
        for key, value in settings.items()
    )


def _default(name: str, field: FieldInfo, model: type[Table]) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return "" if value in (None, "", {}) else f"`{_toml(value)}`"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _type(field: FieldInfo) -> str:
    if any(isinstance(mark, Named) for mark in field.metadata):
        return "name"
    return _told(field.annotation) + _most(field.metadata)


def _told(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    if get_origin(annotation) is Annotated:
        inside, *marks = get_args(annotation)
        if any(isinstance(mark, Named) for mark in marks):
            return "name"
        inner = [one for mark in marks if isinstance(mark, FieldInfo) for one in mark.metadata]
        return _told(inside) + _most(inner)
    if get_origin(annotation) is tuple:
        return f"list of {_told(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return "table"
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return "table"
    if parts := [part for part in get_args(annotation) if part is not type(None)]:
        return " or ".join(_told(part) for part in parts)
    return {int: "whole number", float: "number", str: "text", bool: "true, false"}[annotation]


def _most(marks: Iterable[Any]) -> str:
    """The upper bound of a count, the longest of a list."""
    for mark in marks:
        if (most := getattr(mark, "le", None)) is not None and most > 1:
            return f" up to {most}"
        if (most := getattr(mark, "max_length", None)) is not None:
            return f", at most {most} entries"
    return ""


if __name__ == "__main__":
    print(reference(), end="")
