"""Tensors that a loss goes back to."""

from typing import Any


def leaves_of(lost: Any) -> frozenset[int]:
    """Those that learn of it, by id."""
    found, seen = set[int](), set[Any]()
    several = lost if isinstance(lost, tuple | list) else [lost]
    waiting = [one.grad_fn for one in several if getattr(one, "grad_fn", None) is not None]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):  # of AccumulateGrad
            found.add(id(node.variable))
        waiting += [one for one, _ in node.next_functions if one is not None]
    return frozenset(found)
