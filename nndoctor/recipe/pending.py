"""What a recipe switches on that this version does not do."""

from typing import Any

from .names import NOT_YET
from .schema import Recipe


def not_yet(recipe: Recipe) -> tuple[str, ...]:
    """The keys that are switched on but do nothing in this version."""
    return tuple(key for path in NOT_YET for key in _active(recipe, path.split("."), ""))


def _active(value: Any, path: list[str], written: str) -> list[str]:
    if not path or value is None:
        return [written] if value else []
    head, *rest = path
    below = getattr(value, head.removesuffix("[]"))
    written = f"{written}.{head}".removeprefix(".")
    if not head.endswith("[]"):
        return _active(below, rest, written)
    stem = written.removesuffix("[]")
    return [
        key for k, item in enumerate(below or ()) for key in _active(item, rest, f"{stem}[{k}]")
    ]
