"""In which order the parts of a layer can stand, in a recipe."""

from collections.abc import Sequence

# after the linear map, by the place of the norm
ORDERS = {
    "before_activation": ("norm", "activation", "dropout"),
    "after_activation": ("activation", "norm", "dropout"),
    "after_dropout": ("activation", "dropout", "norm"),
}


def places(parts: Sequence[str]) -> tuple[str, ...]:
    """Where the norm of a layer of these parts, in their order, can be said to stand."""
    return tuple(
        place
        for place, order in ORDERS.items()
        if list(parts) == [part for part in order if part in parts]
    )


def common_place(layers: Sequence[Sequence[str]]) -> str:
    """The one of all layers that have a norm; "" where they have none in common."""
    normed = [places(parts) for parts in layers if "norm" in parts]
    if "norm" in layers[-1]:  # after its activation it would normalise what the network answers
        normed.append(("before_activation",))
    return next((place for place in ORDERS if all(place in each for each in normed)), "")


def norm_place(layers: Sequence[Sequence[str]], unsaid: list[str]) -> dict[str, str]:
    """As a recipe's `[model.norm]` has it; what can't be said joins `unsaid`."""
    place = common_place(layers)
    if "norm" in layers[-1] and "before_activation" not in places(layers[-1]):
        unsaid.append("a norm after the last activation, of what the network answers")
    elif not place:
        unsaid.append("norms of which some stand before an activation, some after it")
    return {"place": place} if place and place != "before_activation" else {}
