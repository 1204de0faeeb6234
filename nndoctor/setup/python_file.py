"""A set-up out of a Python file that the user names: `train.py:setup`."""

import importlib.util
import sys
import traceback
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import NNDoctorError, UsageError
from ..limits import refuse_device
from .scikit_learn_file import no_network
from .script.fits import Fit
from .script.loop import binds, defined
from .script.source import PYTHON, source_of
from .script.stopped import is_own
from .torch import INSTALL, TorchSetup

FUNCTION = "setup"
NEEDED = {  # by what a file may import: its name, and what to do where it is not there
    "torch": ("PyTorch", INSTALL),
    "keras": ("Keras", 'pip install "nndoctor[keras]"'),
    "tensorflow": (
        "TensorFlow",
        "pip install tensorflow; Keras 3 runs on PyTorch as well: KERAS_BACKEND=torch and import "
        "keras",
    ),
}
RETURN = "return nndoctor.torch.Setup(model=..., loss=..., optimizer=..., train=...)"


def is_python(source: str | Path) -> bool:
    """Whether it names a Python file, with or without a function."""
    return str(source).rpartition(":")[0].endswith(".py") or str(source).endswith(PYTHON)


def open_python(source: str | Path, seed: int | None = None) -> TorchSetup | Fit:
    """Runs the file, calls its function, and takes the set-up it returns; what a library would fit
    where it has no function.

    Raises UsageError, with the frames of the user's file, where that fails.
    """
    text = str(source)
    place, name = (text, FUNCTION) if text.endswith(PYTHON) else text.rsplit(":", 1)
    path = Path(place)
    refuse_device(path)
    if not path.is_file():
        raise UsageError(f"there is no file {place}", "such as train.py")
    code: str = _run(path, lambda: source_of(path), "can't be read")
    if name == FUNCTION and not _run(path, lambda: binds(code, name), "can't be read"):
        made = _run(path, lambda: _of_script(path, code), "raises before it trains")
        if isinstance(made, Fit):
            return made
    else:
        module = _run(path, lambda: _imported(path), "can't be imported")
        function = getattr(module, name, None)
        if not callable(function):
            there = ", ".join(defined(code)[:5])
            hint = f"it has {there}" if there else f"def {name}(): {RETURN}"
            raise UsageError(f"{place} has no function {name}", hint)
        made = _run(path, function, f"{name}() raises")
    if not isinstance(made, TorchSetup):
        raise UsageError(f"{name}() in {place} returns {_missing(made)}", RETURN)
    return replace(made, name=text, argument=text, seed=made.seed if seed is None else seed)


def _of_script(path: Path, source: str) -> TorchSetup | Fit:
    """Out of what the file trains."""
    from .script.taken import setup_of_script

    try:
        return setup_of_script(path)
    except UsageError as error:
        first = error.mistakes[0]
        if first.problem.startswith("it defines no") and (why := no_network(source)):
            raise UsageError(f"{path} {why[0]}", why[1]) from error
        alike = [name for name in defined(source) if FUNCTION in name.lower()]
        writes = f"nndoctor init --torch --out {FUNCTION}_{path.name} writes a file with one"
        hint = f"name its own: {path}:{alike[0]}" if alike else writes
        raise UsageError(
            f"{path} has no function {FUNCTION}, and {first.problem}", first.hint or hint
        ) from error


def _missing(made: Any) -> str:
    """What was returned, and what of a set-up it lacks."""
    if isinstance(made, dict):
        missing = [n for n in ("model", "loss", "optimizer", "train") if n not in made]
        return "a dict" + (f" without {', '.join(missing)}" if missing else "")
    return "nothing" if made is None else f"a {type(made).__name__}, no set-up"


def _name(path: Path) -> str:
    return f"_nndoctor_user_{path.stem}"


def _imported(path: Path) -> Any:
    """The file as a module."""
    spec = importlib.util.spec_from_file_location(_name(path), path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_name(path)] = module
    spec.loader.exec_module(module)
    return module


def _run(path: Path, function: Any, what: str) -> Any:
    """Calls the user's code, which finds its neighbours as when it is run and prints beside our
    results; what it raises is told with the user's own frames."""
    folder = path.resolve().parent
    sys.path.insert(0, str(folder))
    ours, sys.argv = sys.argv, [str(path)]  # which it may parse
    try:
        with redirect_stdout(sys.stderr):
            return function()
    except NNDoctorError:
        raise
    except (Exception, SystemExit) as error:
        where = [
            f"line {frame.lineno} in {frame.name}: {frame.line}"
            for frame in traceback.extract_tb(error.__traceback__)
            if is_own(Path(frame.filename), folder)
        ]
        if isinstance(error, SyntaxError) and error.lineno is not None:
            where.append(f"line {error.lineno}: {(error.text or '').strip()}")
        if isinstance(error, ModuleNotFoundError) and error.name in NEEDED:
            name, hint = NEEDED[error.name]
            raise UsageError(f"{path} needs {name}", hint) from error
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        told = f"{type(error).__name__}: {' '.join(said.split())[:300]}"
        raise UsageError(
            f"{path} {what}: {told}", "; ".join(where) or "run it with python"
        ) from error
    finally:
        sys.argv = ours
        sys.path.remove(str(folder))
