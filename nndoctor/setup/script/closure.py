"""An update that an optimizer makes by a closure: `optimizer.step(closure)`."""

import ast

from .loop import covers, method_calls, room_of
from .stopped import Place


def stepped_with(places: tuple[Place, ...]) -> ast.expr | None:
    """What calls the function that runs `backward()` as its closure; None where nothing does."""
    if len(places) < 2:
        return None
    here, caller = places[:2]
    room = room_of(ast.parse(here.text), here.line)
    for call in method_calls(ast.parse(caller.text), "step"):
        match call:
            case ast.Call(func=ast.Attribute(value=owner), args=[ast.Name(name)]):
                if covers(call, caller.line) and name == getattr(room, "name", ""):
                    return owner
    return None
