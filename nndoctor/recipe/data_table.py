"""The [data] table: where the rows come from, what is to be learned, how they are prepared."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from . import names
from .fields import (
    AtLeastZero,
    Column,
    Columns,
    Count,
    Named,
    Path,
    Seed,
    ShareOrPath,
    Table,
    Units,
)
from .units import refusal

Task = Literal["classification", "multilabel", "regression"]
ColumnKind = Literal["number", "code", "class", "text", "date", "identifier"]
Encoding = Literal["class", "one-hot", "numeric"]


class Preprocess(Table):
    """Fitted on the training rows only."""

    features: Annotated[str, Named(names.FEATURE_STEPS)] = Field(
        default="none", description="what is done to the inputs"
    )
    components: Annotated[int, Field(ge=0, le=10**6)] = Field(
        default=0, description="pca, whiten: so many principal components; 0: all"
    )
    divisor: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="divide: what all inputs are divided by, such as 255 for pixels"
    )
    target: Annotated[str, Named(names.TARGET_STEPS)] = Field(
        default="none", description="what is done to the target of a regression"
    )

    @field_validator("components")
    @classmethod
    def _some(cls, components: int, info: ValidationInfo) -> int:
        features = info.data.get("features")  # absent where it is wrong itself
        if components and features is not None and features not in names.WITH_COMPONENTS:
            raise refusal(
                f"{features} has no principal components to choose from",
                f"leave it out, or take {' or '.join(names.WITH_COMPONENTS)}",
            )
        return components

    @field_validator("divisor")
    @classmethod
    def _for_divide(cls, divisor: float | None, info: ValidationInfo) -> float | None:
        features = info.data.get("features")
        if divisor is not None and features not in (None, "divide"):
            raise refusal(
                f"{features} divides by no given number", 'leave it out, or take "divide"'
            )
        return divisor

    @model_validator(mode="after")
    def _given(self) -> "Preprocess":
        if self.features == "divide" and self.divisor is None:
            raise refusal('features = "divide" without a divisor', "such as divisor = 255")
        return self


class Data(Table):
    """Where the rows come from, and what is to be learned."""

    path: Path | None = Field(
        default=None, description="relative to the recipe; docs/data.md lists the formats"
    )
    generator: Annotated[str, Named(names.GENERATORS)] | None = Field(
        default=None,
        description="made-up data, or the digits of scikit-learn, instead of a file",
        validate_default=True,
    )
    target: Columns | None = Field(
        default=None,
        description="a column, a list of columns, or an array of an .npz; "
        "has to be given for tables",
    )
    task: Task | None = Field(default=None, description="guessed where absent, and said")
    target_encoding: Encoding | None = Field(
        default=None,
        description="what the loss is computed on; class for a classification, else numeric",
    )
    classes: Annotated[int, Field(ge=2, le=10**6)] | None = Field(
        default=None, description="where it can't be read from the labels"
    )
    validation: ShareOrPath = Field(
        default=0.2, description="a share, or the path of a second file; 0: none"
    )
    test: ShareOrPath = Field(
        default=0.0, description="a share, or the path of another file; 0: none"
    )
    split: Literal["random", "group", "time", "last"] | None = Field(
        default=None,
        description="random rows, whole groups, the last rows in time, or the last rows as they "
        "stand, which is what Keras' validation_split takes; where absent: by group "
        "where one is named, by time where a column holds dates, else random",
    )
    group: Column | None = Field(
        default=None,
        description="a column whose equal values keep rows in one part; it is no input",
    )
    keep_equal_rows_together: bool | None = Field(
        default=None,
        description="rows equal in all inputs go to one part, so that no validation or test row "
        "was trained on; where absent: if they are equal by more than coincidence",
    )
    drop_duplicates: bool = Field(
        default=False, description="leave out rows that repeat another one, target included"
    )
    limit: Count | None = Field(default=None, description="so many rows, for a quick look")
    features: Columns | None = Field(
        default=None, description="the columns to learn from; where absent: all that are of use"
    )
    drop: Columns | None = Field(default=None, description="columns to leave out")
    columns: dict[str, ColumnKind] = Field(
        default={},
        description='what a column is, if it is taken for something else: age = "number"',
    )
    missing: Literal["fill", "drop", "refuse"] = Field(
        default="fill",
        description="a missing input: filled with the median or the most frequent class of the "
        "training rows, its row left out, or refused",
    )
    drop_unlabelled: bool = Field(
        default=False, description="leave out rows whose target is missing"
    )
    header: bool | None = Field(
        default=None, description="whether the first line holds names; found out where absent"
    )
    names: Columns | None = Field(default=None, description="names for the columns of the file")
    encoding: str = Field(default="", description="of a text file; found out where absent")
    part: str = Field(default="", description="a sheet, table or array in the file")
    on_bad_lines: Literal["refuse", "skip"] = Field(
        default="refuse", description="lines with too many or too few fields"
    )
    n: Count | None = Field(default=None, description="generator: rows")
    d: Units | None = Field(default=None, description="generator: inputs")
    noise: AtLeastZero | None = Field(default=None, description="generator: spread of the noise")
    seed: Seed | None = Field(default=None, description="generator: seed of the rows")
    preprocess: Preprocess = Preprocess()

    @field_validator("generator")
    @classmethod
    def _one_source(cls, generator: str | None, info: ValidationInfo) -> str | None:
        if "path" in info.data and (info.data["path"] is None) == (generator is None):
            problem = "both path and generator" if generator else "neither path nor generator"
            raise refusal(
                f"{problem} given", 'exactly one: path = "data.csv" or generator = "spiral"'
            )
        return generator

    @field_validator("test")
    @classmethod
    def _rows_left(cls, test: float | str, info: ValidationInfo) -> float | str:
        validation = info.data.get("validation")
        if isinstance(test, float) and isinstance(validation, float) and test + validation >= 1:
            raise refusal(
                f"validation {validation:g} and test {test:g} leave no rows to train on",
                "together they stay below 1",
            )
        return test

    @field_validator("group")
    @classmethod
    def _fits_split(cls, group: str | None, info: ValidationInfo) -> str | None:
        way = info.data.get("split")
        if group is not None and way not in (None, "group"):
            raise refusal(f"with split = {way!r}", 'leave one out, or set split = "group"')
        return group

    @field_validator("n", "d", "noise", "seed")
    @classmethod
    def _of_generator(cls, value: float, info: ValidationInfo) -> float:
        if info.data.get("path") is not None:
            raise refusal("is a setting of a generator", "with a path, leave it out")
        return value
