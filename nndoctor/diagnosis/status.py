"""What can be known of a cause."""

from enum import StrEnum


class Status(StrEnum):
    """What is known of a cause."""

    CONFIRMED = "confirmed"
    CERTAIN = "certain"
    SUSPECTED = "suspected"
    RULED_OUT = "ruled out"
    UNKNOWN = "unknown"
