"""What a script's first update is made of, as a set-up."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import NNDoctorError, UsageError
from ..torch import Setup, TorchSetup
from .accumulated import Accumulated, accumulated, undivided
from .at_times import AtTimes
from .by_hand import by_hand
from .changing import Loops, refuse_changing, refuse_repeats
from .closure import stepped_with
from .copies import with_one_target
from .evaluating import evaluating
from .fed import Around, Fed, Feeding, refuse_mixed
from .feeding import feeding_of
from .first_loss import hold_against, scale_of
from .fits import Fit
from .handed import Handed, handed
from .handed_on import handed_on
from .held_out import held_out_rows
from .inside import taken_out
from .known import UnusualLoop
from .lengths import drawing, handing, of_training, passing, stated, times
from .loader import Loader
from .loop import Round, Update, function_at, given_before, other_backwards, rounds_at, update_at
from .optimizing import optimizer_of, refuse_still
from .outside import refuse_outside
from .own_names import own_names
from .rounds_of_fit import refuse_rounds
from .scheduled import scheduled
from .step import step_of
from .stopped import Place, Stop, stopped
from .together import Together, parts_of, taken_together
from .told import told_by
from .update import Meaning, SeveralTargets, meaning_of
from .variables import HELD_OUT, TRAIN, losses, models, named, only, optimizers, rows
from .wrapped import Wrapped, wrapped

EPOCHS = 10  # where the file does not say
_DRAWN = "rows that are drawn anew each time, as by noise or augmentation, are drawn once here"


def setup_of_script(path: Path) -> TorchSetup | Fit:
    """The set-up that the file trains, and words on what was taken.

    It is run up to its first `backward()`, whose loop says what belongs together; of a file that
    calls none, its variables do. Where a library trains, what it fits. Raises UsageError naming
    what is missing or can't be decided.
    """
    stop = stopped(path)
    if stop.fit is not None:
        refuse_rounds(stop)
        where = f"{stop.places[0].file.name}:{stop.places[0].line}" if stop.places else path.name
        taken = f"taken at {where}, the first fit()"
        return replace(stop.fit, words=(taken, *stop.fit.words))
    here = stop.places[0]
    if not here.line:
        return _of_variables(here.names)
    try:
        return _of_loop(stop)
    except NNDoctorError:
        raise
    except Exception as error:  # of the user's own objects, which are asked in another order
        named = "" if isinstance(error, UnusualLoop) else f"{type(error).__name__}: "
        raise UsageError(
            f"the loop around {here.file.name}:{here.line} does more than can be read: "
            f"{named}{' '.join(str(error).split())}",
            getattr(error, "hint", ""),
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
    known = stated(own)
    made = Setup(
        model=model,
        loss=loss,
        optimizer=optimizer,
        train=train,
        validation=found[held[0]] if held else None,
        epochs=known or EPOCHS,
    )
    used = ", ".join([model_name, optimizer_name, loss_name, train_name, *held[:1]])
    words = [f"taken from the file, which trains nothing itself: {used}; by a usual loop"]
    return _with_words(made, words if known else [*words, _unknown_epochs(EPOCHS)])


def _of_loop(stop: Stop) -> TorchSetup:
    """Of the loop around its first `backward()`."""
    for unread in (one.unread for one in stop.places if one.unread):
        raise UnusualLoop(f"updates in {unread}", "write it as a for loop of its own")
    read, share, around, word = _update_of(stop)
    update, stop, names = read.update, read.stop, read.names
    places, here = stop.places, stop.places[0]
    every = loops = _loops(places)
    each = 1 if update.within is None else times(update.within, here)
    if update.within is not None and each is not None:  # its rounds are parts of one update
        loops = every[1:]
    given = handed(update, places, loops) or handed_on(update, names, loops)
    if given is not None:
        update, names = given.update, {**names, **given.names}
    feeding = _feeding(given, places, loops, update, names, each or 1)
    means, fed = _read(update, names, feeding)
    means = replace(means, name=read.name) if read.whole is not None else means
    batches, (at, head) = fed.batches, _innermost(places)
    adding, fed = accumulated(update, share, head if at is here else None, names, fed, each)
    own = parts_of(means.model)  # another optimizer goes on with the same weights
    if (own_rule := by_hand(update, means, names, every)) is not None:
        update, optimizer = own_rule
        optimizer_name = "SGD by lines of its own"
    elif around is not None:
        optimizer, optimizer_name = around.optimizer, around.name
    else:
        optimizer_name, optimizer = optimizer_of(update, places, means, own)
    refuse_still(read.still, optimizer)
    if given is not None:
        length = handing(places, loops, own, given, each, given.batches or batches)
    elif feeding.is_head:
        length = passing(places, loops[1:]).behind(1)
    else:
        length = drawing(places, loops, own, fed.passes, fed.batches)
    fed = replace(fed, drop_last=fed.drop_last or length.less)
    refuse_changing(here, means, feeding, every[: length.at + 1 + len(every) - len(loops)])
    training, epochs_at = of_training(every, own), length.at + len(every) - len(loops)
    refuse_repeats(feeding, training[1:])
    refuse_outside(update, means, optimizer, places, training, epochs_at, around is None,
                   read.whole)  # fmt: skip
    hold_against(stop, means, fed, share * scale_of(update, names))
    held_name, held, unlike = held_out_rows(places, feeding, means, fed.rows)
    lasts = length.epochs or max(1, round(EPOCHS * fed.passes)), fed.batches

    def watched(call: ast.Call, loop: Round, place: Place) -> Any:
        return told_by(call, loop, place, stop, update, means, adding == Accumulated())

    moves = scheduled(places, loops, length.at, optimizer, lasts, update, watched, around)
    if means.shaped is not None:
        means.model.register_forward_hook(_shaping(means.shaped, fed.rows[1]))
    step, told = step_of(update, means, optimizer, names, adding)
    mode = evaluating(means.model, places, training, update, fed.batches)
    made = Setup(
        model=means.model,
        loss=means.loss,
        optimizer=optimizer,
        train=fed.rows,
        validation=held,
        epochs=lasts[0],
        batch_size=fed.batch_size,
        shuffle=fed.shuffle,
        step=mode.step(step, means.model),
        schedule=moves.schedule,
        schedule_per=moves.per,
        drop_last=fed.drop_last,
    )
    taken = [means.name, optimizer_name, means.said, feeding.source, *([held_name] if held else [])]
    words = [f"taken at {here.file.name}:{here.line}, the first backward(): {', '.join(taken)}"]
    words += [one for one in (word, read.word, *told, mode.word, moves.word) if one]
    words += [one for one in (*_left_out(stop, means, fed), unlike) if one]
    if others := other_backwards(here.text, here.line):
        words.append(f"the backward() of line {', '.join(map(str, others))} is not looked at")
    if given is not None:
        words += [given.word] if given.word else []
    else:
        at_times = AtTimes(places, training, epochs_at, length.epochs, feeding.is_head)
        words += at_times.words(update)
    words += [] if length.epochs else [_unknown_epochs(lasts[0])]
    return replace(_with_words(made, words), names=own_names(means, optimizer_name, here))


def _update_of(stop: Stop) -> tuple[Together, float, Wrapped | None, str]:
    """The update that stops, as that of one module whose loss the script computes; what it divides
    a loss by, a class that steps, and a word on where the loss was taken out of."""
    here, names = stop.places[0], stop.places[0].names
    text = here.text
    around = wrapped(names, function_at(text, here.line))
    plain = text if around is None else around.as_step(text)
    update, share = undivided(update_at(plain, here.line, stepped_with(stop.places)), names)
    if around is not None and around.hold():
        update = replace(update, clears=True)
    inside = taken_out(update, stop)
    rounds = rounds_at(text, here.line)
    read = taken_together(inside.update, inside.stop, inside.names, rounds)
    return read, share, around, inside.word


def _feeding(
    given: Handed | None,
    places: tuple[Place, ...],
    loops: Loops,
    update: Update,
    names: Mapping[str, Any],
    each: int,
) -> Feeding:
    """Where the rows of updates come from, `each` of which has so many batches."""
    at, head = _innermost(places)
    # what the head of a loop in a calling function needs is known there
    around, known = _around(places, at, head), {**at.names, **names}
    if given is not None:
        return Loader(given.over, around, known, given.text)
    rounds = times(*loops[0]) if loops else None
    return feeding_of(around, update, known, rounds, each, loops[:1])


def _left_out(stop: Stop, means: Meaning, fed: Fed) -> Iterator[str]:
    """What is another thing here, or easily missed, in words."""
    call = stop.calls.get(id(means.model))
    unheard = call is None and any("autocast" in one for one in _repeated(stop.places))
    if unheard or (call is not None and call.mixed):  # no hook hears of model.forward(x)
        yield "its mixed precision is left out: all is computed in float32 here"
    if any(p._backward_hooks for p in means.model.parameters()):
        yield "with the hooks on gradients that its parameters have"
    if fed.left:
        yield fed.left
    if fed.drawn:
        yield _DRAWN


def _read(update: Update, names: Mapping[str, Any], feeding: Feeding) -> tuple[Meaning, Fed]:
    """What is computed of which rows."""
    try:
        means = meaning_of(update.lost, names, feeding.of_batch)
    except SeveralTargets as error:
        hint = with_one_target(error.lost, names, feeding.of_batch, error.targets)
        raise UnusualLoop(str(error), hint) from error
    fed = feeding.fed(means)
    if len(fed.rows[1]) != fed.count:  # y.view(-1) of sequences
        means = meaning_of(update.lost, names, feeding.of_batch, flat=True)
        fed = feeding.fed(means)
    if {len(fed.rows[1]), *fed.counts} != {fed.count}:
        counts = ", ".join(map(str, fed.counts))
        raise UnusualLoop(f"{counts} rows of inputs and {len(fed.rows[1])} of targets")
    refuse_mixed(feeding.whole(means), names)
    return means, fed


def _with_words(made: TorchSetup, words: list[str]) -> TorchSetup:
    return replace(made, words=(*made.words[:2], *words, *made.words[2:]))


def _unknown_epochs(count: int) -> str:
    return f"no loop over epochs was found: {count} {'is' if count == 1 else 'are'} trained"


def _innermost(places: tuple[Place, ...]) -> tuple[Place, Round | None]:
    """The innermost loop around what runs, and where it stands; the file itself without any."""
    for place in places:
        if rounds := rounds_at(place.text, place.line):
            return place, rounds[0]
    return places[0], None


def _around(places: tuple[Place, ...], at: Place, head: Round | None) -> Around:
    source = at.text
    line = at.line if head is None else head.lineno
    return Around(
        innermost=head,
        text="\n".join(_repeated(places)),
        given=lambda name: given_before(source, line, name),
        same=_same_objects(places[0], at),
    )


def _repeated(places: tuple[Place, ...]) -> Iterator[str]:
    """What runs in each epoch: the outermost loop, and functions that are called in it."""
    sources = [(one.text, one.line) for one in places]
    rounds = [rounds_at(source, line) for source, line in sources]
    outermost = max((i for i, one in enumerate(rounds) if one), default=-1)
    yield from (function_at(source, line) for source, line in sources[:outermost])
    if outermost >= 0:
        yield ast.unparse(rounds[outermost][-1])


def _same_objects(here: Place, at: Place) -> Mapping[str, str]:
    """Names of the update by how its caller reads what is one object: `batch`, `batch[0]`."""
    if here is at:
        return {}
    outer = dict(_parts(at.names))
    outer |= {id(value): name for name, value in at.names.items()}
    return {name: outer[id(value)] for name, value in here.names.items() if id(value) in outer}


def _parts(names: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Tensors and arrays that what has a name holds."""
    for name, value in names.items():
        several = dict(enumerate(value)) if isinstance(value, list | tuple) else value
        for key, one in several.items() if isinstance(several, dict) else ():
            if hasattr(one, "shape"):
                yield id(one), f"{name}[{key!r}]"


def _loops(places: tuple[Place, ...]) -> Loops:
    """The loops around, the innermost first, and what is known there."""
    return [(one, place) for place in places for one in rounds_at(place.text, place.line)]


def _shaping(shaped: Any, targets: Any) -> Any:
    """A hook that does with outputs what the loop does before the loss."""
    like = targets[:1]

    def hook(module: Any, given: Any, outputs: Any) -> Any:
        rows = len(outputs) if hasattr(outputs, "shape") else len(outputs[0])
        return shaped(outputs, like.expand(rows, *like.shape[1:]))

    return hook
