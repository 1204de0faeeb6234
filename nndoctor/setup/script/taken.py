"""What a script's first update is made of, as a set-up."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import DataError, UsageError
from ..torch import Setup, TorchSetup
from .fed import Feeding, feeding_of
from .fits import Fit
from .loop import Round, UnusualLoop, Update, rounds_at, update_at
from .source import source_of
from .stopped import Place, stopped
from .update import Meaning, meaning_of, said_of_step, step_of, value_of
from .variables import HELD_OUT, TRAIN, every_row, losses, models, named, only, optimizers, rows

EPOCHS = 10  # where the file does not say
LATER = "train in a function, or where the file ends"
_STATED = re.compile(r"(n|num|max)?_?epochs?(_count)?", re.I)


def setup_of_script(path: Path) -> TorchSetup | Fit:
    """The set-up that the file trains, and words on what was taken.

    It is run up to its first `backward()`, whose loop says what belongs together; of a file that
    calls none, its variables do. Where a library trains, what it fits. Raises UsageError naming
    what is missing or can't be decided.
    """
    stop = stopped(path)
    places = stop.places
    if stop.fit is not None:
        where = f"{places[0].file.name}:{places[0].line}" if places else path.name
        taken = f"taken at {where}, the first fit()"
        return replace(stop.fit, words=(taken, *stop.fit.words))
    if not places[0].line:
        return _of_variables(places[0].names)
    try:
        return _of_loop(places)
    except UnusualLoop as error:
        file, line = places[0].file.name, places[0].line
        raise UsageError(
            f"the loop around {file}:{line} does more than can be read: {error}"
        ) from error


def _of_variables(own: Mapping[str, Any]) -> TorchSetup:
    """Of a file that trains nothing itself."""
    own = {n: v for n, v in own.items() if not n.startswith("_")}
    optimizer_name, optimizer = only("optimizer", optimizers(own))
    model_name, model = only("model", models(own, optimizer))
    loss_name, loss = only("loss", losses(own))
    found = rows(own)
    train_name, train = only("training data", named(found, TRAIN, HELD_OUT))
    held = [one for one in found if HELD_OUT.search(one) and one != train_name]
    stated = _stated(own)
    made = Setup(
        model=model,
        loss=loss,
        optimizer=optimizer,
        train=train,
        validation=found[held[0]] if held else None,
        epochs=stated or EPOCHS,
    )
    used = ", ".join([model_name, optimizer_name, loss_name, train_name, *held[:1]])
    words = [f"taken from the file, which trains nothing itself: {used}; by a usual loop"]
    return _with_words(made, words if stated else [*words, _unknown_epochs()])


def _of_loop(places: tuple[Place, ...]) -> TorchSetup:
    """Of the loop around its first `backward()`."""
    here, names = places[0], places[0].names
    text = source_of(here.file)
    update = update_at(text, here.line)
    at, head = _innermost(places)
    same = _same_objects(here, at)
    # what the head of a loop in a calling function needs is known there
    around = ast.unparse(rounds[-1]) if (rounds := rounds_at(text, here.line)) else ""
    feeding = feeding_of(head, update, {**at.names, **names}, same, around)
    means = meaning_of(update.lost, names, feeding.of_batch)
    optimizer_name, optimizer = _optimizer(update, places, means)
    fed = feeding.fed(means)
    held_name, held = _held(places, feeding, means)
    epochs = _epochs(places, head, feeding)
    if means.shaped is not None:
        means.model.register_forward_hook(_shaping(means.shaped, fed.rows[1]))
    step = step_of(update, means, optimizer, names)
    made = Setup(
        model=means.model,
        loss=means.loss,
        optimizer=optimizer,
        train=fed.rows,
        validation=held,
        epochs=max(1, round((epochs or EPOCHS) * fed.passes)),
        batch_size=fed.batch_size,
        shuffle=fed.shuffle,
        step=step,
    )
    taken = [means.name, optimizer_name, means.said, feeding.source, *([held_name] if held else [])]
    words = [f"taken at {here.file.name}:{here.line}, the first backward(): {', '.join(taken)}"]
    words += [*said_of_step(update, means, optimizer, names), *_left_out(places)]
    words += [fed.left] if fed.left else []
    return _with_words(made, words if epochs else [*words, _unknown_epochs()])


def _with_words(made: TorchSetup, words: list[str]) -> TorchSetup:
    return replace(made, words=(*made.words[:2], *words, *made.words[2:]))


def _unknown_epochs() -> str:
    return f"no loop over epochs was found: {EPOCHS} are trained"


def _innermost(places: tuple[Place, ...]) -> tuple[Place, Round | None]:
    """The innermost loop around what runs, and where it stands; the file itself without any."""
    for place in places:
        if rounds := rounds_at(source_of(place.file), place.line):
            return place, rounds[0]
    return places[0], None


def _same_objects(here: Place, at: Place) -> Mapping[str, str]:
    """Names of the update by those of its caller, for what is one object."""
    if here is at:
        return {}
    outer = {id(value): name for name, value in at.names.items()}
    return {name: outer[id(value)] for name, value in here.names.items() if id(value) in outer}


def _optimizer(update: Update, places: tuple[Place, ...], means: Meaning) -> tuple[str, Any]:
    """The one that steps, else one that has the model's parameters, else the only one there is."""
    found: dict[str, Any] = {}
    if update.optimizer is not None:
        stepping = ast.unparse(update.optimizer)
        found = dict(optimizers({stepping: value_of(update.optimizer, places[0].names)}))
        if found:
            return stepping, found[stepping]
    for place in places:
        for name, value in place.names.items():
            found |= {n: v for n, v in optimizers({name: value}).items() if n not in found}
            if name == "self":
                inside = optimizers(getattr(value, "__dict__", {}))
                found |= {f"self.{n}": v for n, v in inside.items()}
    own = {id(p) for p in means.model.parameters()}
    trains = {
        name: one
        for name, one in found.items()
        if any(id(p) in own for group in one.param_groups for p in group["params"])
    }
    return only("optimizer", trains or found)


def _held(places: tuple[Place, ...], feeding: Feeding, means: Meaning) -> tuple[str, Any]:
    """Held-out rows by their name, and as the loop would feed them; "" and None without."""
    known: dict[str, Any] = {}
    for place in reversed(places):
        known |= {n: v for n, v in place.names.items() if not n.startswith("_")}
    held = [(n, one) for n, one in every_row(known) if HELD_OUT.search(n) and n != feeding.source]
    for name, one in sorted(held, key=lambda pair: "val" not in pair[0].lower()):
        try:
            return name, feeding.held(one, means)
        except (UnusualLoop, DataError):  # of another form than the training rows
            continue
    return "", None


def _epochs(places: tuple[Place, ...], head: Round | None, feeding: Feeding) -> int | None:
    """How often the loop over epochs goes round; None where that is not known."""
    unknown, inner = False, "" if head is None else ast.dump(head)
    for place in places:
        for one in rounds_at(source_of(place.file), place.line):
            if feeding.is_head and ast.dump(one) == inner:
                continue
            times = _times(one, place.names)
            if times is not None:
                return times
            unknown = True
    stated = _stated(places[-1].names) if unknown else 1
    return stated


def _times(one: Round, names: Mapping[str, Any]) -> int | None:
    """Of `for epoch in range(...)`, tqdm or not."""
    if not isinstance(one, ast.For):
        return None
    for call in ast.walk(one.iter):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("range"):
            try:
                return len(range(*(int(value_of(a, names)) for a in call.args)))
            except Exception:  # of a range of the user's own
                return None
    return None


def _stated(own: Mapping[str, Any]) -> int | None:
    """What a variable called epochs says."""
    stated = [v for n, v in own.items() if _STATED.fullmatch(n) and type(v) is int and v > 0]
    return stated[0] if len(stated) == 1 else None


def _left_out(places: tuple[Place, ...]) -> Iterator[str]:
    """What the script has and its set-up here has not."""
    from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

    kinds = (LRScheduler, ReduceLROnPlateau)
    found = {type(v).__name__ for p in places for v in p.names.values() if isinstance(v, kinds)}
    if found:
        yield f"its schedule is left out: {', '.join(sorted(found))}"


def _shaping(shaped: Any, targets: Any) -> Any:
    """A hook that does with outputs what the loop does before the loss."""
    like = targets[:1]

    def hook(module: Any, given: Any, outputs: Any) -> Any:
        rows = len(outputs) if hasattr(outputs, "shape") else len(outputs[0])
        return shaped(outputs, like.expand(rows, *like.shape[1:]))

    return hook
