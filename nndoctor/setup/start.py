"""Weights that training starts from in place of drawn ones: of a saved network, or by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..adapters.averages import first_averages
from ..adapters.gradients import named
from ..adapters.mlp import MLP
from ..errors import DataError, Mistake
from ..limits import refuse_bomb, refuse_device
from ..recipe import Layer, loads, resolve_layers
from ..trainable import Array
from ..training import intact, is_checkpoint, load_checkpoint

AVERAGES = "running averages"  # of batch norms: means, then variances, layer after layer
THETA = "theta"  # all parameters of a saved network, which are told apart by its layers
Form = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Start:
    """`arrays` by the names of `HasGradients.parameters`, such as "layer 1 weights" [D, K]; or
    `theta` of a network of the `form`. `source`: where they are from."""

    arrays: Mapping[str, Array]
    source: str
    form: Form = ()

    @property
    def words(self) -> str:
        """What it means for seeds."""
        return (
            f"all runs start from the weights of {self.source}: seeds change the split and the "
            "order of the rows, not the start; rows that those weights were trained on are no "
            "unseen ones, in whatever part they stand"
        )


def read_start(path: Path) -> Start:
    """A network that `nndoctor train --save` wrote, at its best epoch, or an .npz of named arrays.

    Raises DataError where it is neither.
    """
    if is_checkpoint(path):
        return _of_network(path)
    with intact(path):
        refuse_device(path)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            refuse_bomb(path, archive.zip)
            return Start(dict(archive), path.name)


def _of_network(path: Path) -> Start:
    saved = load_checkpoint(path)
    with intact(path):
        about: Any = saved.about
        recipe = loads(about["recipe"], str(path))
        layers = resolve_layers(recipe, about["task"]["outputs"])
        held = saved.progress.best_arrays or saved.network
        theta = held["average"] if len(held["average"]) else held["theta"]
        arrays = {THETA: theta, AVERAGES: held["running"]}
        return Start(arrays, path.name, _form(layers, about["inputs"]))


def _form(layers: Sequence[Layer], inputs: int) -> Form:
    """What two networks have to share for the weights of one to fit the other."""
    return (
        (inputs,),
        *(
            (one.units, one.bias, one.norm and (one.norm, one.place), bool(one.weight_norm))
            for one in layers
        ),
    )


def started(made: MLP, start: Start, layers: Sequence[Layer]) -> MLP:
    """The network starting from those weights. Raises DataError where they don't fit it."""
    averages = first_averages(made)
    if start.form:
        _refuse_other_form(start, _form(layers, made.inputs), made)
        theta = start.arrays[THETA]
        wanted, given = {THETA: theta, AVERAGES: averages}, dict(start.arrays)
    else:
        theta = np.zeros(made.layout.parameters)
        wanted, given = dict(named(made, theta)), dict(start.arrays)
        wanted |= {AVERAGES: averages} if len(averages) else {}
    missing = [name for name in wanted if name not in given]
    mistakes = [f"has no '{name}'" for name in missing]
    mistakes += [f"has '{name}', the network has not" for name in given if name not in wanted]
    for name, array in wanted.items():
        if name in given and given[name].shape != array.shape:
            mistakes.append(f"has '{name}' of shape {given[name].shape}, not {array.shape}")
        elif name in given and given[name].dtype.kind not in "biuf":
            mistakes.append(f"has '{name}' of {given[name].dtype}, which are no real numbers")
        elif name in given:
            array[...] = given[name]
    if mistakes:
        hint = f"it needs {', '.join(repr(name) for name in wanted)}"
        raise DataError.of(Mistake(f"{start.source} {one}", hint) for one in mistakes)
    return replace(made, start=theta, averages=averages)


def _refuse_other_form(start: Start, form: Form, made: MLP) -> None:
    size = len(start.arrays[THETA]) == made.layout.parameters
    if start.form != form or not size:
        widths = ["-".join(str(one[0]) for one in each) for each in (start.form, form)]
        raise DataError(
            f"{start.source} holds a network {widths[0]}, this one is {widths[1]}"
            + " with other layers" * (widths[0] == widths[1]),
            "weights fit only a network of the same layers; leave model.weights out",
        )
