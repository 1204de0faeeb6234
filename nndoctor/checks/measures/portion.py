"""Shares in words: a percentage, or a multiple where it is many times the whole."""

MANY = 10


def portion(share: float) -> str:
    """As it stands before what it is a part of: "26% of", "2.1e+08 times"."""
    return f"{share:.0%} of" if share < MANY else f"{share:.2g} times"
