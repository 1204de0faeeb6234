"""A number of seconds as people write it: 60, or 60s."""

import math
from contextlib import suppress

from ..errors import UsageError


def seconds_of(text: str) -> float:
    """Raises UsageError where it is none."""
    with suppress(ValueError):
        seconds = float(text.removesuffix("s"))
        if math.isfinite(seconds):
            return seconds
    raise UsageError(f"--budget {text}: not a number of seconds", "such as 60s") from None
