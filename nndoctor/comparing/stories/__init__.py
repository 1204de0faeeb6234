"""The ready comparisons, each telling one story of the lectures on the user's set-up or its own."""

from ..story import Story
from .activations import ACTIVATIONS
from .batch_norm import BATCH_NORM
from .batch_sizes import BATCH_SIZES
from .inits import INITS
from .optimizers import OPTIMIZERS
from .preprocessing import PREPROCESSING
from .regularizers import REGULARIZERS

_TABLE = (OPTIMIZERS, INITS, ACTIVATIONS, BATCH_SIZES, REGULARIZERS, PREPROCESSING, BATCH_NORM)
STORIES: dict[str, Story] = {story.name: story for story in _TABLE}
