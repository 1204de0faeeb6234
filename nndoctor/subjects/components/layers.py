"""Components that sit in the layers of a network, in either way to write a model."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...recipe import as_dict, parse_unit
from ...recipe.layers import DEFAULT_INITS
from ...recipe.names import ACTIVATIONS
from ...setup import Setup
from ..edits.editing import OUTPUT_KEYS, SHARED, Edits, layer_tables, output_edits
from .meaning import Table, needed, without

WEIGHTS = ("init", "init_gain", "bias_init")


def activation(base: Setup, donor: Setup) -> Edits:
    """Of the hidden layers."""
    return layered(base, donor, ("activation",), output=False)


def size(base: Setup, donor: Setup) -> Edits:
    """How many hidden layers of which width, and which of all layers have a bias."""
    mine, theirs = layer_tables(base), layer_tables(donor)
    own = mine[:-1] or [{"activation": base.recipe.model.activation}]
    sources = [*(own[min(at, len(own) - 1)] for at in range(len(theirs) - 1)), mine[-1]]
    units = [*(table["units"] for table in theirs[:-1]), mine[-1]["units"]]
    wanted = [
        merged(source, {"units": width, "bias": table.get("bias")})
        for source, width, table in zip(sources, units, theirs, strict=True)
    ]
    short = base.recipe.model.layers is None
    if short and not any("bias" in table for table in wanted):
        return needed(base, {"model.hidden": units[:-1]})
    if len(wanted) == len(mine) and not short:
        return needed(base, _by_key(mine, wanted, ("units", "bias")))
    return needed(base, long_form(base, wanted) if short else {"model.layers": wanted})


def weights(base: Setup, donor: Setup) -> Edits:
    """The first ones, of all layers."""
    saved = base.recipe.model.weights
    edits = layered(base, donor, WEIGHTS)
    return edits if saved is None else _joined(edits, {"model.weights": None})


def normalisation(base: Setup, donor: Setup) -> Edits:
    """Batch, layer or weight norm, in the layers and on the inputs, with its settings."""
    first = {"model.input_batch_norm": donor.recipe.model.input_batch_norm or None}
    edits = layered(base, donor, ("batch_norm", "layer_norm", "weight_norm"))
    edits = _joined(edits, needed(base, first))
    mine, theirs = (as_dict(one.recipe)["model"].get("norm") for one in (base, donor))
    normed = any(layer.norm for layer in donor.trainable.layers)
    return _joined(edits, {"model.norm": theirs} if normed and mine != theirs else {})


def dropout(base: Setup, donor: Setup) -> Edits:
    """Its share in each layer, and which kind."""
    edits = layered(base, donor, ("dropout",))
    dropped = any(table.get("dropout") for table in layer_tables(donor))
    mine, theirs = (one.recipe.model.dropout_kind for one in (base, donor))
    return _joined(edits, {"model.dropout_kind": theirs} if dropped and mine != theirs else {})


def layered(base: Setup, donor: Setup, keys: Sequence[str], output: bool = True) -> Table:
    """Those keys layer by layer: the donor's last hidden one again where the base has more."""
    mine, theirs = layer_tables(base), layer_tables(donor)
    changes: list[Table] = []
    for at, table in enumerate(mine[:-1]):
        source = theirs[min(at, len(theirs) - 2)] if len(theirs) > 1 else table
        changes.append({k: source.get(k) for k in keys if table.get(k) != source.get(k)})
    last, source = mine[-1], theirs[-1]
    change = {k: source.get(k) for k in keys if output and last.get(k) != source.get(k)}
    if base.recipe.model.layers is not None:
        wanted = [merged(*pair) for pair in zip(mine, [*changes, change], strict=True)]
        return needed(base, _by_key(mine, wanted, keys))
    alike = all(one == changes[0] for one in changes)
    shared = changes[0] if changes else {}
    if alike and set(shared) <= set(SHARED) and set(change) <= set(OUTPUT_KEYS):
        hidden = {f"model.{key}": value for key, value in shared.items()}
        return needed(base, {**hidden, **output_edits(base, _stated(base, change))})
    every = [merged(*pair) for pair in zip(mine, [*changes, change], strict=True)]
    return needed(base, long_form(base, every))


def long_form(base: Setup, layers: Sequence[Table]) -> Table:
    """A model of the short form written out layer by layer."""
    written = ("hidden", *SHARED, *OUTPUT_KEYS.values())
    return {"model": {**without(as_dict(base.recipe)["model"], *written), "layers": list(layers)}}


def merged(table: Mapping[str, Any], change: Mapping[str, Any]) -> Table:
    """A table with values put in, or keys taken away by None."""
    return {key: value for key, value in {**table, **change}.items() if value is not None}


def _by_key(mine: Sequence[Table], wanted: Sequence[Table], keys: Sequence[str]) -> Table:
    return {
        f"model.layers[{at}].{key}": new.get(key)
        for at, (old, new) in enumerate(zip(mine, wanted, strict=True))
        for key in keys
        if old.get(key) != new.get(key)
    }


def _stated(base: Setup, change: Table) -> Table:
    """The first weights of a last layer of the short form, whose default is a rule of its own."""
    if change.get("init", ...) is not None:
        return change
    name = parse_unit(ACTIVATIONS, base.recipe.model.output_activation).name
    return {**change, "init": DEFAULT_INITS.get(name, "glorot_uniform")}


def _joined(edits: Table, more: Table) -> Table:
    """Both, where one of them may write the whole model."""
    if "model" not in edits:
        return {**edits, **more}
    flat = {key.removeprefix("model."): value for key, value in more.items()}
    return {"model": merged(edits["model"], flat)}
