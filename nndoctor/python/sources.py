"""What can be examined from Python: a path, a recipe's text, a DataFrame, or arrays."""

import atexit
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..api import load_any, load_data
from ..errors import UsageError
from ..recipe import loads, override, to_toml
from ..setup import Setup, build

Settings = Mapping[str, Any] | Iterable[str] | None

# Keys of a recipe that may be given by their own name, as in `checkup(X, y, hidden=(64, 32))`.
SHORT = {
    "hidden": "model.hidden",
    "activation": "model.activation",
    "init": "model.init",
    "dropout": "model.dropout",
    "loss": "loss.name",
    "optimizer": "optimizer.name",
    "learning_rate": "optimizer.learning_rate",
    "epochs": "training.epochs",
    "batch_size": "training.batch_size",
}


def is_frame(source: object) -> bool:
    """Whether it is a pandas DataFrame; nothing is imported to find out."""
    return type(source).__module__.split(".")[0] == "pandas" and hasattr(source, "to_csv")


def is_array(source: object) -> bool:
    """Whether it is an array or a list of rows."""
    return isinstance(source, np.ndarray | list | tuple) or (
        hasattr(source, "__array__") and hasattr(source, "shape")
    )


def in_memory(source: object) -> bool:
    """Whether it has to be put into a file first."""
    return is_frame(source) or is_array(source)


def resolved(
    source: Any,
    y: Any,
    target: str | Sequence[str] | None,
    settings: Iterable[str],
    seed: int | None,
    whole: bool = True,
) -> Any:
    """The set-up of a source, or with `whole` False its data as they were read."""
    if in_memory(source):
        path, named = stored(source, y)
        setup = resolved(path, None, target or named, settings, seed, whole)
        words = (word.replace(f"{path.parent}{os.sep}", "") for word in setup.words)
        return replace(setup, words=tuple(words))
    if isinstance(source, str) and "\n" in source:
        return _of_text(source, tuple(settings), seed)
    load: Any = load_any if whole else load_data
    return load(source, target, tuple(settings), seed)


def overrides(settings: Settings) -> tuple[str, ...]:
    """`{"model.hidden": (8,)}` or `["model.hidden=[8]"]` as the latter."""
    if settings is None:
        return ()
    if isinstance(settings, str):
        return (settings,)
    if isinstance(settings, Mapping):
        return tuple(f"{key}={_written(value)}" for key, value in settings.items())
    return tuple(settings)


def stored(source: Any, y: Any = None) -> tuple[Path, str | None]:
    """Rows in memory as a file that is read like any other, and the name of the answers in it.

    Raises UsageError where inputs and answers do not fit each other.
    """
    if is_frame(source):
        if y is None:
            return _file("data.csv", source.to_csv(index=False).encode()), None
        _refuse_unequal(len(source), len(y))
        name = str(getattr(y, "name", None) or "target")
        frame = source.assign(**{name: np.asarray(y)})
        return _file("data.csv", frame.to_csv(index=False).encode()), name
    x = np.asarray(source)
    arrays = {"X": x[:, None] if x.ndim == 1 else x}
    if y is not None:
        _refuse_unequal(len(x), len(y))
        arrays["y"] = np.asarray(y)
    for name, array in arrays.items():
        if array.dtype == object:
            raise UsageError(
                f"{name} holds Python objects, not numbers", "a DataFrame takes columns of any kind"
            )
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub takes one for allow_pickle
    return _file("arrays.npz", file.getvalue()), None


def _of_text(text: str, changes: tuple[str, ...], seed: int | None) -> Setup:
    if seed is not None:
        changes = (*changes, f"training.seed={seed}")
    recipe = loads(text, "the recipe given")
    if changes:
        recipe = override(recipe, changes)
        text = to_toml(recipe)
    return build(recipe, "the recipe given", text)


def _written(value: Any) -> str:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _refuse_unequal(rows: int, answers: int) -> None:
    if rows != answers:
        raise UsageError(
            f"{rows} rows of inputs but {answers} answers", "each row needs its own answer"
        )


@cache
def _folder() -> Path:
    """A folder of this process, removed at its end."""
    folder = tempfile.mkdtemp(prefix="nndoctor-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _file(name: str, content: bytes) -> Path:
    folder = _folder() / hashlib.sha256(content).hexdigest()[:12]
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path
