"""Settings that not every unit of a family takes: refused where not taken, defaults by unit."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationInfo

from .units import refusal


def only_taken(kind: str, info: ValidationInfo, known: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuses a setting that the named optimizer or schedule does not take."""
    name = info.data.get("name")  # absent where it is wrong itself
    if name is not None and info.field_name not in known[name]:
        takes = ", ".join(known[name]) or "no settings"
        raise refusal(f"the {name} {kind} has no setting {info.field_name}", f"it takes: {takes}")


def with_defaults(table: Any, name: str, known: Mapping[str, Mapping[str, Any]]) -> Any:
    """The table as written, on top of the defaults of the unit it names."""
    if not isinstance(table, dict):
        return table
    named = table.get("name", name)
    defaults = known.get(named, {}) if isinstance(named, str) else {}
    return {key: value for key, value in defaults.items() if value is not None} | table
