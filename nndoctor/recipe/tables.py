"""What the models say about themselves: all tables by name, and the JSON schema."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

from .fields import Table
from .schema import Recipe


@cache
def tables() -> dict[str, type[Table]]:
    """Every table: `""` is the recipe, then `data`, `data.preprocess`, `model.layers[]`, ..."""
    return dict(_walk(Recipe, ""))


def _walk(model: type[Table], path: str) -> Iterator[tuple[str, type[Table]]]:
    yield path, model
    for name, field in model.model_fields.items():
        below, many = _table_in(field.annotation)
        if below is not None:
            yield from _walk(below, f"{path}.{name}".removeprefix(".") + "[]" * many)


def _table_in(annotation: Any) -> tuple[type[Table] | None, bool]:
    """The model inside `X | None` or `tuple[X, ...]`, and whether there may be many."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation, False
    for part in get_args(annotation):
        below, many = _table_in(part)
        if below is not None:
            return below, many or get_origin(annotation) is tuple
    return None, False


def json_schema() -> dict[str, Any]:
    """The JSON schema of a recipe, for editors."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **Recipe.model_json_schema()}
