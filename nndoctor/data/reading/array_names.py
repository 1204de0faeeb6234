"""Which of several arrays is the input, and which the target: by their names and shapes."""

import math
import re
from collections.abc import Callable, Sequence

from nndoctor.errors import DataError, TargetNotNamed
from nndoctor.trainable import Array

from ..naming import listed

# What the arrays of inputs and of targets are called, likeliest first.
FEATURES = ("X", "x", "data", "features", "X_train", "x_train")
TARGETS = ("y", "Y", "target", "targets", "labels", "y_train", "Y_train")
TARGET_WORDS = {"y", "label", "labels", "target", "targets", "gnd", "class", "classes"}


def features_name(source: str, names: Sequence[str], target: str) -> str:
    """Which array holds the inputs: x_test for y_test, else the only other, else a usual name."""
    others = [name for name in names if name != target]
    paired = [f"{x}{target[1:]}" for x in "Xx" if target[:1] in ("y", "Y")]
    words = re.split(r"([^a-zA-Z]+)", target)  # train_labels: train_data or train_x
    for i, word in enumerate(words):
        if word.lower() in TARGET_WORDS:
            paired += ["".join([*words[:i], x, *words[i + 1 :]]) for x in (*FEATURES, "images")]
    usual = [*paired, *FEATURES]
    known = others if len(others) == 1 else [name for name in usual if name in others]
    if not known:
        raise DataError(
            f"{source} has no array that is clearly the input: it holds {listed(list(names))}",
            "--table NAME says which, or call it X",
        )
    return known[0]


def target_name(
    load: Callable[[str], Array], source: str, names: Sequence[str], targets: Sequence[str]
) -> str:
    """The array that is named, else one with a usual name; TargetNotNamed proposes another."""
    if len(targets) > 1:
        raise DataError(
            f"{source} is asked for {len(targets)} targets",
            "the target is one array; it may have several columns",
        )
    known = [name for name in targets or TARGETS if name in names]
    if not known:
        missing = f"no array '{targets[0]}'" if targets else "no target array named"
        there = f"one of {listed(list(names))}"
        likeliest = "" if targets else _likeliest_target(load, names)
        if likeliest:
            hint = f"the likeliest is '{likeliest}', {there}"
            raise TargetNotNamed(f"{missing} in {source}", hint, likeliest)
        raise DataError(f"{missing} in {source}", f"--target NAME, {there}")
    return known[0]


def _likeliest_target(load: Callable[[str], Array], names: Sequence[str]) -> str:
    """The array named like a target, else of one column, with as many rows as another; or ""."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name in names:
        try:
            shapes[name] = load(name).shape
        except DataError:
            continue  # no numbers, and so neither of them
    fitting = [
        name
        for name, shape in shapes.items()
        if math.prod(shape) > 1
        and any(max(shape) in other[:2] for key, other in shapes.items() if key != name)
    ]

    def rank(name: str) -> tuple[bool, bool, bool]:
        words = re.split(r"[^a-zA-Z]+", name.lower())
        column = math.prod(shapes[name]) == max(shapes[name])
        return "test" not in words, not TARGET_WORDS.isdisjoint(words), column

    best = max(fitting, key=rank, default="")
    return best if best and any(rank(best)[1:]) else ""
