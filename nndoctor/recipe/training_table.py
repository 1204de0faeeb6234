"""[training]: how long a network is trained, in what pieces, and when it stops."""

from typing import Annotated, Literal

from pydantic import Field

from . import names
from .fields import AtLeastZero, Count, Few, Image, Named, Seed, Share, Table, Tuple

Metrics = Annotated[Tuple[Annotated[str, Named(names.METRICS)]], Field(max_length=100)]


class EarlyStopping(Table):
    """Stop once nothing improves any more."""

    watch: Literal["validation_loss", "validation_score", "training_loss"] = Field(
        default="validation_loss",
        description="what has to improve. The last two as in scikit-learn: every epoch gains at "
        "least min_delta on the best so far or counts, and more than patience of them in a row end "
        "it; training_loss needs no validation rows and goes back to no epoch, the others go back "
        "to the best",
    )
    patience: Count = Field(default=10, description="this many epochs without progress")
    min_delta: AtLeastZero = Field(default=0.0, description="smaller gains are no progress")

    @property
    def asks_validation(self) -> bool:
        """Whether it needs rows that are not trained on."""
        return self.watch != "training_loss"


class Noise(Table):
    """Noise and augmentation: in training, rows are other ones each time they are seen."""

    input_std: AtLeastZero = Field(default=0.0, description="spread of the noise on the inputs")
    shift: Annotated[int, Field(ge=0, le=10**6)] = Field(
        default=0,
        description="rows that are images are moved by up to so many pixels each way, the random "
        "crop; as mirror and rotate not for features that are scaled column by column",
    )
    mirror: bool = Field(
        default=False, description="half of the images have their left and right sides exchanged"
    )
    rotate: Annotated[float, Field(ge=0, le=180)] = Field(
        default=0.0, description="images are turned about their middle by up to so many degrees"
    )
    brightness: Share = Field(
        default=0.0,
        description="each channel of an image is multiplied by a number of its own between 1 less "
        "and 1 plus this: its brightness, and the tint of images with several channels",
    )
    padding: Literal["repeat", "zeros"] = Field(
        default="repeat",
        description="what comes in at an edge of an image that is moved or turned: the edge again, "
        "or pixels that are 0 before they are scaled",
    )
    image: Image | None = Field(
        default=None,
        description="height, width, channels of those images, whose planes stand one after the "
        "other; known of numbered columns of 8 x 8, 16 x 16, 28 x 28, 32 x 32 and 32 x 32 x 3",
    )

    @property
    def on(self) -> bool:
        """Whether there is any."""
        return self.input_std > 0 or self.brightness > 0 or self.moves

    @property
    def moves(self) -> bool:
        """Whether pixels change their places."""
        return self.shift > 0 or self.mirror or self.rotate > 0


class Ensemble(Table):
    """Several networks whose answers are averaged."""

    runs: Few = Field(default=1, description="trained from seed, seed + 1, ...")
    checkpoints: Few = Field(
        default=1, description="of each run, evenly spaced over its epochs, the last one included"
    )


class Training(Table):
    """How long, in what pieces, from which seed."""

    epochs: Count = Field(default=20, description="passes over the training rows")
    batch_size: Count = Field(
        default=32, description="rows per step; rprop and those of the full batch take all at once"
    )
    accumulate: Count = Field(
        default=1, description="so many batches make one update, by the mean of their gradients"
    )
    seed: Seed = Field(
        default=0, description="of the split, the first weights and the order of the rows"
    )
    shuffle: bool = Field(default=True, description="a new order each epoch")
    dtype: Literal["float32", "float64"] = Field(default="float32", description="of all numbers")
    break_off: bool = Field(
        default=True,
        description="whether a run ends where its loss stays above three times that of the "
        "untrained network",
    )
    validate_every: Count | None = Field(
        default=None,
        description="after this many epochs the validation rows are scored and decisions taken; "
        "absent: each, "
        "after the first 200 less often where that would cost more than a twentieth of the time",
    )
    metrics: Metrics = Field(
        default=(),
        description="what its user judges it by, such as accuracy; training does not follow it, "
        "ND220 asks whether it fits the task",
    )
    early_stopping: EarlyStopping | None = None
    ema: Share = Field(
        default=0.0, description="running average of the parameters, used at test time"
    )
    noise: Noise = Noise()
    ensemble: Ensemble = Ensemble()
