"""Models of other libraries as recipes, and the cure in their words; no library is imported."""

from .imported import Imported
from .recognising import to_recipe
from .wording import in_words

__all__ = ["Imported", "in_words", "to_recipe"]
