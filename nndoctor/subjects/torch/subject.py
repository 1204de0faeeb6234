"""A PyTorch set-up with its rows as the subject of a diagnosis: interventions are edits of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...adapters.torch.changing import Shaped
from ...adapters.torch.trainable import TorchTrainable
from ...comparison import Rows
from ...diagnosis.components import COMPONENTS
from ...diagnosis.diagnosis import lines_of
from ...diagnosis.interventions import Intervention, Reseed
from ...diagnosis.subject import Part, Refused, Run, Tabular
from ...errors import NNDoctorError
from ...setup import TorchSetup
from ...trainable import Array, Batch
from ...watch import Unseen, Watch
from ..bout import Bout, train_bout
from ..judged_rows import HELD_FROM, NONE, JudgedRows
from ..scoring import agreement
from .answers import Answers
from .edit import Edit, Edits
from .look import Look
from .rows import INPUTS, TARGET, Scaling, input_scaling, target_scaling
from .sound import sound_edits
from .translation import edits_for

OTHER_STREAM = 7919  # added to the seed of a run whose random numbers alone are to differ
BUILDING = 2e-2  # nominal seconds to copy and to score a run, however short
WIDE, KEPT = 512, 256  # columns from which on other models see that many random mixtures of them


@dataclass(frozen=True)
class TorchSubject:
    """A set-up, what was changed in it, and the rows it is trained and judged on.

    `shift` is added to the seed of each run. `settles`: its runs end once nothing moves any more.
    `thinned`: the shares of the rows that were kept. `looks`: what was seen of subjects, by key.
    """

    given: TorchSetup = field(compare=False, repr=False)
    table: JudgedRows[Batch] = field(repr=False)
    answers: Answers
    watch: Watch = field(compare=False, repr=False)
    edits: Edits = ()
    shift: int = 0
    settles: bool = False
    thinned: str = ""
    looks: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, setup: TorchSetup, watch: Watch | None = None) -> "TorchSubject":
        """Rows that the user validates on are judged in each run; without any some are held out.

        Few tell too little, and count among the others.
        """
        rows, count = setup.train, len(setup.train)
        fixed = NONE
        if setup.validation is not None:
            pair = (setup.train, setup.validation)
            rows = Batch(
                np.concatenate([one.x for one in pair]), np.concatenate([one.y for one in pair])
            )
            count = len(rows) if too_few(setup) else count
            fixed = np.arange(count, len(rows))
        answers = Answers.of(setup.trainable.task, setup.train.y)
        classes = answers.truth(rows.y) if answers.kind == "classification" else None
        table = JudgedRows(rows, np.arange(count), fixed, classes)
        return cls(setup, table, answers, watch or Watch())

    @property
    def name(self) -> str:
        """What it is called."""
        return self.given.name

    @property
    def seed(self) -> int:
        """The first one."""
        return self.given.seed

    @cached_property
    def key(self) -> str:
        """Equal for set-ups that train alike."""
        facts = self.shift, self.settles, self.thinned, self.judged_on
        told = [(one.topic, one.line, one.value) for one in self._ordered]
        return hashlib.sha1(repr((facts, told)).encode(), usedforsecurity=False).hexdigest()

    @property
    def _ordered(self) -> list[Edit]:
        """As they are made: by component."""
        return sorted(self.edits, key=lambda one: COMPONENTS.index(one.component))

    @property
    def change(self) -> Mapping[str, Any]:
        """Lines of PyTorch, and what some of them are set to."""
        return {one.line: one.value for one in self._ordered}

    @property
    def text(self) -> str:
        """The set-up in a few lines."""
        return "\n".join([*self.given.words, *lines_of(self.change)])

    @cached_property
    def trainable(self) -> TorchTrainable:
        """The configuration with all that was changed in it but the rows."""
        settings = {key: value for one in self._ordered for key, value in one.settings.items()}
        if any(one.topic == "shape" for one in self.edits):
            settings["loss"] = Shaped(settings.get("loss", self.given.trainable.loss))
        changes = tuple(one.change for one in self._ordered if one.change is not None)
        made = replace(self.given.trainable, **settings, changes=changes)
        if made.rate_plan is None:
            return made
        # a run of another length goes through the same rates
        updates = self.epochs * made.batches(self._training_rows)
        return replace(made, rate_plan=made.rate_plan.over(self.epochs, updates))

    @property
    def epochs(self) -> int:
        """How many passes over the training rows."""
        return next((one.epochs for one in self.edits if one.epochs is not None), self.given.epochs)

    @property
    def plain(self) -> Look:
        """The first start on the rows of the first seed, as interventions look at it."""
        seen: Look = self._kept("look", self._looked)
        return seen

    def _looked(self) -> Look:
        train, _, _ = self._rows(self.seed, Part.SEARCH)
        return Look(self.trainable, train, self.epochs, self.seed, self.answers)

    def _kept(self, what: str, make: Any) -> Any:
        name = f"{what} {self.key}"
        if name not in self.looks:
            self.looks[name] = make()
        return self.looks[name]

    @property
    def kind(self) -> str:
        """Classification, multilabel or regression."""
        return self.answers.kind

    @property
    def updates(self) -> int:
        """How many updates a whole run makes."""
        return self.epochs * self.trainable.batches(self._training_rows)

    @property
    def _training_rows(self) -> int:
        return len(self.table.parts(self.seed, Part.SEARCH, 0.0).train)

    @property
    def cost(self) -> float:
        """Nominal seconds of a whole run."""
        each: float = self._kept("cost", self._update_cost)
        return BUILDING + each * self.updates

    def _update_cost(self) -> float:
        """Of an update; a start that breaks at once costs what its first one does."""
        return self.plain.cost()

    @property
    def sayable(self) -> bool:
        """A program of its user's own can say all of it."""
        return True

    def _rows(self, seed: int, part: Part) -> tuple[Batch, Batch | None, Scaling | None]:
        """Rows to train and to judge, and how the target was scaled."""
        parts = self.table.parts(seed, part, 0.0)
        # a split mixes rows, and rows that are not shuffled are trained on in their own order
        ordered = parts.train if self.given.trainable.shuffle else np.sort(parts.train)
        train = self.table.dataset.rows(ordered)
        held = self.table.dataset.rows(parts.test) if len(parts.test) else None
        scaled, target = {one.rows for one in self.edits}, None
        if INPUTS in scaled:
            by = input_scaling(train.x, self.given.trainable.inputs, self._channels_first)
            train = Batch(by(train.x), train.y)
            held = None if held is None else Batch(by(held.x), held.y)
        if TARGET in scaled:
            target = target_scaling(train)
            train = Batch(train.x, target(train.y))
            held = None if held is None else Batch(held.x, target(held.y))
        return train, held, target

    @property
    def _channels_first(self) -> bool:
        base = replace(self, edits=(), shift=0, settles=False)
        return self._kept("channels", lambda: base.plain.channels_first()) if self.edits else False

    def run(self, seed: int, part: Part, looks: Sequence[int] = (), inside: bool = False) -> Run:
        """One whole training from this seed."""
        watch = Unseen(self.watch)
        watch.heed()
        train, held, scaling = self._rows(seed, part)
        network = self.trainable.fresh(seed + self.shift)
        task = self.trainable.task

        def decoded(outputs: Array, rows: Batch) -> tuple[Array, Array]:
            truth, guess = self.answers.truth(rows.y), self.answers.guess(task, outputs)
            if scaling is not None:
                truth, guess = scaling.invert(truth), scaling.invert(guess)
            return truth, guess

        def score(outputs: Array, rows: Batch) -> float:
            if not np.isfinite(outputs).all():
                return 0.0
            truth, guess = decoded(outputs, rows)
            return agreement(self.kind, truth, guess) if truth.shape == guess.shape else 0.0

        def left_out(outputs: Array, rows: Batch) -> Array:
            groups = np.arange(len(rows)) % min(20, len(rows))
            some = (np.flatnonzero(groups != one) for one in np.unique(groups))
            return np.array([score(outputs[at], rows.rows(at)) for at in some])

        def weights() -> Array:
            return np.concatenate([one.ravel() for one in network.parameters().values()])

        start = weights().tobytes()
        drawn = hashlib.sha1(start + train.x.tobytes(), usedforsecurity=False).hexdigest()
        bout = Bout(
            network,
            weights,
            train,
            held,
            train,
            self.updates,
            score,
            left_out,
            lambda: f"{drawn} {seed + self.shift}",
        )
        return train_bout(bout, looks, inside, self.settles, watch)

    def apply(self, intervention: Intervention) -> "TorchSubject | Refused":
        """The edited set-up, or why there is nothing to edit."""
        if isinstance(intervention, Reseed):
            return replace(self, shift=self.shift + OTHER_STREAM)
        edits = edits_for(self.plain, intervention)
        return edits if isinstance(edits, Refused) else self.edited(edits)

    def edited(self, edits: Iterable[Edit]) -> "TorchSubject | Refused":
        """With these edits in place of those of their topics; refused if that can't run."""
        new = {one.topic: one for one in edits}
        replaced = tuple(f"{topic}." for topic in new)
        kept = tuple(
            one for one in self.edits if one.topic not in new and not one.topic.startswith(replaced)
        )
        changed = replace(self, edits=(*kept, *new.values()))
        return changed._checked()

    def _checked(self) -> "TorchSubject | Refused":
        try:
            _ = self.plain
        except (NNDoctorError, RuntimeError, ValueError) as error:
            return Refused(str(error.args[0]) if error.args else type(error).__name__)
        return self

    def swap(self, component: str, donor: "TorchSubject") -> "TorchSubject | Refused":
        """With this component as it is in the donor."""
        theirs = [one for one in donor.edits if one.component == component]
        mine = [one for one in self.edits if one.component == component]
        if sorted(map(_meant, mine)) == sorted(map(_meant, theirs)):
            return Refused(f"the two do not differ in their {component}")
        others = tuple(one for one in self.edits if one.component != component)
        return replace(self, edits=(*others, *theirs))._checked()

    def thinner(self, share: float) -> "TorchSubject | Refused":
        """As many epochs over fewer rows; the choice is of the set-up's own seed."""
        table = self.table.thinner(share, self.seed)
        if table is None:
            return Refused("too few rows would be left")
        return replace(self, table=table, thinned=f"{self.thinned} {share:g}")

    def mixed(self) -> "TorchSubject | Refused":
        """Equal rows are not looked for."""
        return Refused("no rows are kept together")

    def sound(self, rate: float, updates: int) -> "TorchSubject":
        """The same module and rows in a set-up that is known to be good."""
        changed = self.edited(sound_edits(self.plain, rate, updates))
        if isinstance(changed, Refused):
            raise NNDoctorError(changed.reason)
        return replace(changed, settles=True)

    @property
    def judged_on(self) -> str:
        """Which rows scores are taken on."""
        return self.table.words

    def between(self, part: Part) -> Rows:
        """How the judged rows of several seeds hang together."""
        return self.table.between(part)

    def rows(self, seed: int, part: Part) -> Tabular:
        """Standardised rows with their decoded targets; of very wide ones mixtures of columns."""
        parts = self.table.parts(seed, part, 0.0)
        train = self.table.dataset.rows(parts.train)
        judged = self.table.dataset.rows(parts.test) if len(parts.test) else train
        x, other = (one.x.astype(np.float64) for one in (train, judged))
        std = x.std(axis=0)
        scaling = Scaling(x.mean(axis=0), np.where(std > 0, std, 1.0))
        x, other = scaling(x), scaling(other)
        if x.shape[1] > WIDE:
            mixing = np.random.default_rng(self.seed).normal(size=(x.shape[1], KEPT))
            x, other = x @ mixing / KEPT**0.5, other @ mixing / KEPT**0.5
        return Tabular(x, self.answers.truth(train.y), other, self.answers.truth(judged.y))

    def agreement(self, truth: Array, guess: Array) -> float:
        """Matthews correlation or R^2, 0 where it is worse than chance."""
        return agreement(self.kind, truth, guess)


def too_few(setup: TorchSetup) -> bool:
    """Whether there are validation rows and they are too few to judge by.

    Seeds that all judge by the same few rows can't tell more than these; each of their own splits
    can.
    """
    return setup.validation is not None and len(setup.validation) < HELD_FROM


def _meant(edit: Edit) -> tuple[str, str, str]:
    return edit.topic, edit.line, str(edit.value)
