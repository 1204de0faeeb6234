"""Which commands there are, by panel; each is imported and built when it is asked for."""

import functools
import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command, get_group

from .help import Command, summary

PANELS = {
    "Start here": ("demo", "init", "checkup", "recipes"),
    "Examine": (
        "data",
        "setup",
        "check-loss",
        "overfit-tiny",
        "lr-sweep",
        "activations",
        "updates",
        "dead-units",
        "weights",
        "backprop",
        "grad-check",
        "baselines",
        "capacity",
        "bias-variance",
        "treat",
    ),
    "Search and compare": ("search", "compare", "surface"),
    "Train and use": ("train", "evaluate", "predict", "runs", "report"),
    "About": ("explain", "causes", "checks", "schema", "env", "cache"),
}
SUMMARIES = Path(__file__).with_name("summaries.txt")
NAMES = [name for names in PANELS.values() for name in names]
_BESIDE = {"recipes": "demo", "explain": "checks", "causes": "checks"}  # in the file of another


class ByName(Mapping[str, Any]):
    """The commands: a run needs one, and all take as long as most runs do."""

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        return _built(name)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def in_short() -> Mapping[str, str]:
    """What each command or group is for, as written down by `python -m tools.make_commands`: to
    import them all takes as long as to list them."""
    lines = SUMMARIES.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def said_in_short(name: str) -> str:
    """The same out of the command itself."""
    defined = _defined(name)
    is_group = isinstance(defined, typer.Typer)
    return summary(defined.info.help if is_group else inspect.getdoc(defined))


@functools.cache
def _built(name: str) -> Any:
    defined = _defined(name)
    if isinstance(defined, typer.Typer):
        group = get_group(defined)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name, cls=Command)(defined)
    return get_command(alone)


def _defined(name: str) -> Any:
    """The function of a command, or the typer of a group."""
    variable = name.replace("-", "_")
    return getattr(import_module(f".{_BESIDE.get(name, variable)}", __package__), variable)
