"""A number of seconds as people write it: 60, or 60s."""

import math
from contextlib import suppress

from .errors import UsageError


def seconds_of(given: str | float) -> float:
    """Raises UsageError where it is none."""
    with suppress(ValueError, TypeError):
        seconds = float(given.removesuffix("s") if isinstance(given, str) else given)
        if math.isfinite(seconds):
            return seconds
    raise UsageError(f"--budget {given}: not a number of seconds", "such as 60s") from None
