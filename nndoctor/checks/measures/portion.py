"""Shares in words: a percentage, a multiple where it is many times the whole, or a bound."""

MANY = 10


def portion(share: float) -> str:
    """As it stands before what it is a part of: "26% of", "2.1e+08 times"."""
    return f"{share:.0%} of" if share < MANY else f"{share:.2g} times"


def percent(share: float) -> str:
    """A small share, which is never told as nothing where it is something."""
    return "less than 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"
