"""A fit that stands in a loop."""

import ast

from ...errors import UsageError
from .loop import rounds_at
from .stopped import Stop


def refuse_rounds(stop: Stop) -> None:
    """A loop around Keras's fit, whose model is made before it, goes on where a round ended."""
    if not stop.places or stop.fit is None or "epochs" not in stop.fit.how:
        return
    here = stop.places[0]
    for loop in rounds_at(here.text, here.line):
        inside = [one for part in loop.body for one in ast.walk(part)]
        stored = {one.id for one in inside if isinstance(one, ast.Name) and _is_stored(one)}
        fitted = {
            one.func.value.id
            for one in inside
            if isinstance(one, ast.Call)
            and isinstance(one.func, ast.Attribute)
            and one.func.attr == "fit"
            and isinstance(one.func.value, ast.Name)
        }
        if fitted - stored:
            raise UsageError(
                f"{here.file.name}:{here.line} calls fit() in a loop, each round going on from the "
                "one before",
                "call fit once in its place, with as many epochs as all rounds have",
            )


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)
