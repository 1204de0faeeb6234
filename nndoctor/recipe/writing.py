"""A recipe back into TOML: what differs from the defaults, and what a reader looks for first."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from .fields import Table
from .names import OPTIMIZER_SETTINGS, SCHEDULE_SETTINGS
from .optimizer_table import Optimizer
from .schedule_table import Schedule
from .schema import Recipe

_ALWAYS = {
    "optimizer.name",
    "optimizer.learning_rate",
    "training.epochs",
    "training.batch_size",
    "training.seed",
    "model.layers.activation",
}


def to_toml(recipe: Recipe) -> str:
    """The recipe as TOML text, in the order of the models."""
    import tomlkit  # 15 ms, and only writers need it

    return tomlkit.dumps(as_dict(recipe))


def as_dict(recipe: Recipe) -> dict[str, Any]:
    """The recipe as the nested dicts and lists that its TOML text holds."""
    return _table(recipe, "")


def _table(table: Table, path: str) -> dict[str, Any]:
    defaults = _defaults(table)
    written: dict[str, Any] = {}
    for name in _of_fields(type(table)):
        value, key = getattr(table, name), f"{path}{name}"
        if isinstance(value, Table):
            below = _table(value, f"{key}.")
            # An absent table may mean none at all: [training.early_stopping]
            if below or defaults[name] is None:
                written[name] = below
        elif value is not None and (key in _ALWAYS or value != defaults[name]):
            written[name] = _plain(value, f"{key}.")
    return written


def _plain(value: Any, path: str) -> Any:
    if isinstance(value, tuple):
        return [_table(item, path) if isinstance(item, Table) else item for item in value]
    return value


@cache
def _of_fields(kind: type[Table]) -> Mapping[str, Any]:
    return {name: field.default for name, field in kind.model_fields.items()}


def _defaults(table: Table) -> Mapping[str, Any]:
    defaults = _of_fields(type(table))
    if isinstance(table, Optimizer):
        return {**defaults, **OPTIMIZER_SETTINGS[table.name]}
    if isinstance(table, Schedule):
        return {**defaults, **SCHEDULE_SETTINGS[table.name]}
    return defaults
