"""In what a change was made that speaks for a cause."""

from enum import StrEnum


class Context(StrEnum):
    """In what an intervention was made."""

    ALONE = "alone"
    WITH_OTHERS = "on top of the others"
    INSTEAD = "in place of one of the others"
    SOUND = "in a sound set-up"
    SPARED = "in a sound set-up, and a cure of this one leaves it as it is"
