"""From what the user named, a recipe or a data file, to a set-up; and a recipe back to a file."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from .. import data
from ..errors import UsageError
from ..recipe import default_recipe, load, loads, to_toml
from ..recipe.overriding import read_override
from .building import build
from .setup import Setup
from .target import DEFAULT_LOSS


def open_setup(
    source: str | Path, target: str | Sequence[str] | None = None, overrides: tuple[str, ...] = ()
) -> Setup:
    """Reads a recipe, or a data file for which a sound default recipe is chosen.

    Raises NNDoctorError with all mistakes of the first stage that finds any.
    """
    path = Path(source)
    targets = (target,) if isinstance(target, str) else tuple(target or ())
    if path.suffix.lower() in (".toml", ".yaml", ".yml", ".json"):
        if targets:
            raise UsageError(
                f"--target {targets[0]} beside a recipe",
                f"--set data.target={targets[0]} changes the recipe",
            )
        loaded = load(path, overrides)
        text = to_toml(loaded.recipe) if overrides else loaded.text
        setup = build(loaded.recipe, str(source), text, loaded.folder)
    else:
        setup = _open_data(path, str(source), targets, overrides)
    told = [("--target", name) for name in targets] + [("--set", change) for change in overrides]
    words = (str(source), *(word for pair in told for word in pair))
    return replace(setup, argument=shlex.join(words))


def _open_data(
    path: Path, source: str, targets: tuple[str, ...], overrides: tuple[str, ...]
) -> Setup:
    """A data file under the default recipe for what it holds."""
    changes = {change.place: change.value for change in map(read_override, overrides)}
    for key, hint in (("path", "name the other file"), ("target", "--target names the column")):
        if ("data", key) in changes:
            raise UsageError(f"--set data.{key} beside a data file", hint)
    limit = changes.get(("data", "limit"))
    limit = limit if type(limit) is int and limit > 0 else None  # else the recipe refuses it
    dataset = data.read(path, list(targets) or None, limit=limit)
    drop = changes.get(("data", "drop_missing")) is True
    kind, why = data.guess_task(data.check_finite(dataset, drop))
    guess = f"{kind}: {why}"
    wanted = str(changes.get(("data", "task")))
    kind = wanted if wanted in DEFAULT_LOSS else kind
    target = targets[0] if len(targets) == 1 else targets or None
    text = default_recipe(source, target, cast("Any", kind))
    recipe = loads(text, "the default recipe", overrides)
    text = to_toml(recipe) if overrides else text
    setup = build(recipe, "the default recipe", text, Path(), dataset)
    words = (*setup.words, guess) if guess.startswith(setup.trainable.task.kind) else setup.words
    return replace(setup, words=words, is_default=True)


def save_recipe(setup: Setup, path: Path) -> None:
    """Writes the recipe as it was used; its data path becomes relative to the new place."""
    import tomlkit

    document = tomlkit.parse(setup.text)  # keeps the comments
    for key in ("path", "validation", "test"):
        written = getattr(setup.recipe.data, key)
        if isinstance(written, str):
            found = (setup.folder / Path(written).expanduser()).resolve()
            document["data"][key] = Path(os.path.relpath(found, path.resolve().parent)).as_posix()
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
