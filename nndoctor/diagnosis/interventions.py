"""Typed changes of whatever is trained; each subject knows how to make them, or why it can't."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Intervention:
    """One change that would remove a cause."""
