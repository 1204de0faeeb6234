"""Whether points stand between thousands, 1.467 for 1467: told over a whole column."""

import re
from collections.abc import Iterable

_GROUPED = re.compile(r"\D*[1-9]\d{0,2}(?:\.\d{3})+\D*", re.ASCII)
_SHORT = re.compile(r"\D*(\d{1,3})\D*", re.ASCII)
_LARGE = 100


def points_between_thousands(texts: Iterable[str]) -> bool:
    """Whether each number has points before groups of three digits, or is below 1000 without one.

    Some have to be of three digits: of fractions, none would stand between 100 and 1.467. Or all
    are amounts of euros, which have two decimals.
    """
    grouped, large, euros = False, False, True
    for text in texts:
        euros = euros and "€" in text
        short = _SHORT.fullmatch(text)
        if short:
            large = large or int(short[1]) >= _LARGE
        elif _GROUPED.fullmatch(text):
            grouped = True
        else:
            return False
    return grouped and (large or euros)
