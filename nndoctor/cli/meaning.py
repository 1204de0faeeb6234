"""What a bare word may mean where a file is expected: something that has a command of its own."""

import os
import shlex
from pathlib import Path

from .. import catalogue
from ..errors import UsageError
from ..patients import PATIENTS
from ..spelling import close, plain


def refuse_word(word: str) -> None:
    """Raises UsageError, with that command, for the name of a function, a recipe or a cause."""
    if not word or os.path.exists(word) or os.path.basename(word) != word or "." in word:
        return
    from ..surfaces.functions import SURFACES

    tables = (
        ("a function of two parameters", "surface --function", tuple(SURFACES)),
        ("a recipe that comes with nndoctor", "demo", tuple(PATIENTS)),
        ("a cause", "explain", tuple(one.name for one in catalogue.causes())),
        ("a check", "explain", tuple(one.code for one in catalogue.entries())),
    )
    for what, command, names in tables:
        if name := next((one for one in names if plain(one) == plain(word)), None):
            raise UsageError(f"{word} is {what}, not a file", f"nndoctor {command} {name}")
    meant = {name: command for _, command, names in tables for name in names}
    if near := close(word, meant, cutoff=0.8):
        hint = f"did you mean nndoctor {meant[near[0]]} {near[0]}?"
        raise UsageError(f"{word} is neither a file nor a name that is known", hint)


def refuse_cause(word: str) -> None:
    """Raises UsageError for a name beside a command that lists them all."""
    if word:
        near = close(word, [one.name for one in catalogue.causes()])
        hint = f"nndoctor explain {near[0]}" if near else "nndoctor causes"
        raise UsageError(f"nndoctor causes lists all of them and takes no name: {word!r}", hint)


def refuse_swapped(command: str, model: Path, data: Path) -> None:
    """Raises UsageError where the network stands second, and something else first."""
    from ..training import is_checkpoint

    if is_checkpoint(data) and model.exists() and not is_checkpoint(model):
        again = shlex.join(["nndoctor", command, str(data), str(model)])
        raise UsageError(f"{data} is the trained network, and stands second", again)
