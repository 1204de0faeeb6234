"""Loss, encoding of the target and last layer, which only make sense together."""

from ...recipe import as_dict, parse_unit
from ...recipe.names import ACTIVATIONS
from ...setup import Setup
from ...setup.target import default_loss, encoding_of
from ..edits.editing import Edits, layer_tables, output_edits
from .layers import long_form, merged
from .meaning import Table, changed

BINARY = "binary_cross_entropy"
# keys of [loss] that are seen to apart: its name, and what is a penalty
_APART = ("name", "label_smoothing")


def output(base: Setup, donor: Setup) -> Edits:
    """Edits of the loss, the encoding and the last layer, none of them where the task is equal."""
    task, old, new = donor.trainable.task, as_dict(base.recipe), as_dict(donor.recipe)
    short = base.recipe.model.layers is None
    kept = _keeps_encoding(base, donor)
    # the units of a short form follow from loss and encoding; other numbers have to be stated
    implied = not short or kept or _implied(donor)
    follow = short and implied and not kept
    name = _loss_name(base, donor, follow)
    mine = base.recipe.data.target_encoding
    encoding = mine if kept else _encoding(base, donor, follow, name)
    edits = changed("loss", old.get("loss", {}), new.get("loss", {}), *_APART)
    if name != base.recipe.loss.name:
        edits["loss.name"] = name
    if encoding != mine:
        edits["data.target_encoding"] = encoding
    last = _last_layer(base, donor)
    if implied:
        units = {} if short or task.outputs == base.trainable.task.outputs else _units(donor)
        return {**edits, **output_edits(base, {**last, **units})}
    tables = layer_tables(base)
    return {
        **edits,
        **long_form(base, [*tables[:-1], merged(tables[-1], {**last, **_units(donor)})]),
    }


def _units(donor: Setup) -> Table:
    return {"units": donor.trainable.task.outputs}


def _last_layer(base: Setup, donor: Setup) -> Table:
    """The activation, where it is another one."""
    mine, theirs = (
        parse_unit(ACTIVATIONS, layer_tables(one)[-1].get("activation", "linear"))
        for one in (base, donor)
    )
    written = layer_tables(donor)[-1].get("activation", "linear")
    return {} if mine == theirs else {"activation": written}


def _is_class(setup: Setup) -> bool:
    """Whether the targets are classes, one output unit each or one for two of them."""
    return setup.trainable.task.kind == "classification" and _encoded(setup) != "numeric"


def _encoded(setup: Setup) -> str:
    return encoding_of(setup.recipe, setup.trainable.task.kind)


def _keeps_encoding(base: Setup, donor: Setup) -> bool:
    """Whether two classes are the numbers 0 and 1 on the donor's unit, as they are on the base's.

    On one unit that is so under either encoding; a short form has one unit if they are numeric.
    """
    mine, theirs = base.trainable.task, donor.trainable.task
    if theirs.outputs != 1 or theirs.values != (0.0, 1.0):
        return False
    long, encoded = base.recipe.model.layers is not None, _encoded(base)
    return (long and encoded == "class") or (encoded == "numeric" and mine.values == theirs.values)


def _implied(donor: Setup) -> bool:
    """Whether a short form with this loss and encoding has as many output units."""
    task = donor.trainable.task
    one = task.outputs == 1 and len(task.labels) == 2 and task.loss == BINARY
    return not _is_class(donor) or task.outputs == len(task.labels) or one


def _loss_name(base: Setup, donor: Setup, follow: bool) -> str | None:
    """The base's own name where it means the donor's loss; `follow`: units follow from it."""
    task, mine = donor.trainable.task, base.recipe.loss.name
    if follow and _is_class(donor) and task.outputs == 1:
        return BINARY  # that makes it one unit
    usual = default_loss(task.kind, task.outputs)
    return mine if (mine or usual) == task.loss else donor.recipe.loss.name


def _encoding(base: Setup, donor: Setup, follow: bool, name: str | None) -> str | None:
    """The base's own encoding where it means the donor's."""
    mine, theirs = (one.recipe.data.target_encoding for one in (base, donor))
    task = donor.trainable.task
    exact = mine != "one-hot" or task.outputs == len(task.labels)  # that one insists on
    chosen = mine if exact and _encoded(base) == _encoded(donor) else theirs
    if follow and _is_class(donor) and name == BINARY and len(task.labels) == 2:
        # one unit unless the encoding is stated
        return None if task.outputs == 1 else (chosen or "class")
    return chosen
