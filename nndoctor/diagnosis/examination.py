"""The examination in its steps: from a subject with its findings to a diagnosis."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ..comparison import RELEVANT
from ..findings import Finding, Verdict
from ..watch import Interrupted, Watch
from . import learnable, naming, wording
from .budget import NOMINAL, Budget
from .causes import CAUSES
from .confirmation import PLACEBO, Confirmation
from .confirmed import Confirmed
from .diagnosis import Diagnosis
from .evidence import MARGIN, Evidence, Level, placebo_named
from .laboratory import Laboratory, OutOfBudget
from .learning_curves import learning_curves
from .look import Look, first_look
from .naming import Known
from .optimism import with_optimism
from .references import RATES, best, length, networks
from .search import Found, Search
from .subject import Part, Refused, Run, Subject
from .suspicions import from_findings, from_runs, from_subject, layer_findings, rank
from .trials import Bench
from .untrained import OBSERVABLE, OPPOSITES, untrained
from .verdict import state_of, verdict

FIRST = 3  # seeds
MORE = (10, 5)  # as many as can be had, where it is close whether anything is learned
MOST = 10  # where something was seen that spoils some seeds and not others
LOOKING = 0.2  # of the work before confirmation, for references and the recipe as it is
IMPROVING = 0.12  # of that work, for what a healthy network could gain
THIN = 0.15  # of all work, for three runs as it is where one is too long
TRIED = 3  # improvements that are confirmed


@dataclass
class Examination:
    """`findings`: what the checks of data and set-up said. `placebo`: whether a change without
    substance is tried with the others, which must never be named. `share`: of the rows, where a run
    of all of them takes too long; `needed`: what the budget should be then."""

    subject: Subject
    findings: Sequence[Finding]
    laboratory: Laboratory
    held: bool
    placebo: bool = False
    share: float = 1.0
    needed: Mapping[str, float] = field(default_factory=dict)
    evidence: Evidence = field(init=False)

    def __post_init__(self) -> None:
        self.evidence = Evidence(OPPOSITES, OBSERVABLE)
        self.evidence.add(*from_findings(self.findings))

    def __call__(self) -> Diagnosis:
        """Everything in order; what an interruption or the budget leaves out is said."""
        try:
            return self._examined()
        except Interrupted:
            return untrained(self.evidence, self.findings, "nothing was compared")
        except OutOfBudget:
            why = "the time budget does not allow a single comparison"
            answer = untrained(self.evidence, self.findings, why)
            return replace(answer, budget=self._needed())

    # the steps

    def _thin(self) -> None:
        """Fewer rows where a first look at all of them takes more than a search may."""
        budget = self.laboratory.budget
        if budget.allows(self._least(FIRST)):
            return
        share = THIN * budget.work / (FIRST * self.subject.cost)
        thinner = self.subject.thinner(share)
        if isinstance(thinner, Refused):
            return
        self.needed, self.subject, self.share = self._needed(), thinner, share

    def _afford(self, cost: float) -> None:
        """What is reserved for confirmation too, where else not even a look could be had."""
        budget = self.laboratory.budget
        if budget.allows(cost):
            return
        if not budget.allows(cost, confirming=True):
            raise OutOfBudget
        budget.reserved = 0.0

    def _examined(self) -> Diagnosis:
        self._thin()
        self._afford(self._least(FIRST))
        look = self._looked(FIRST)
        if not self._learnable(look):
            look = self._more_looks(look)
            if not self._learnable(look):
                return self._not_learnable(look)
        seeds = self.laboratory.seeds(Part.SEARCH, len(look.runs))
        findings = [*self.findings, *layer_findings(look.runs)]
        self.evidence.add(*from_findings(findings[len(self.findings) :]))
        self.evidence.add(
            *from_subject(self.subject), *from_runs(self.subject, look.runs, look.gap.mean)
        )
        look, reference = replace(look, runs=self._fickle(look.runs)), look.reference
        sound = self.subject.sound(reference.rate, reference.updates)
        bench = Bench(self.laboratory, self.subject, sound, reference, seeds)
        search = Search(bench, self.evidence, lambda cause: rank(self.evidence, cause))
        searched, confirmed = self._confirmed(search, self._searched(search, look), look)
        return self._concluded(look, bench, searched, confirmed, findings)

    def _looked(self, count: int) -> Look:
        seeds = self.laboratory.seeds(Part.SEARCH, count)
        return first_look(self.laboratory, self.subject, seeds, self.held, inside=True)

    def _learnable(self, look: Look) -> bool:
        return learnable.beats_chance(self.subject, best(look.references), self.held)

    def _least(self, seeds: int) -> float:
        """What the recipe as it is and its reference cost, without which nothing can be said."""
        updates = length(self.subject, self.laboratory.budget)
        sound = [self.subject.sound(rate, updates).cost for rate in RATES]
        return seeds * (self.subject.cost + sum(sound))

    def _needed(self) -> dict[str, float]:
        """Twice that, so that something can be tried and confirmed."""
        budget = self.laboratory.budget
        needed = math.ceil(4 * self._least(FIRST) / NOMINAL)
        return {"seconds": round(budget.seconds, 2), "limit": budget.limit, "needed": needed}

    def _more_looks(self, look: Look) -> Look:
        """More seeds where it is close whether there is anything to be learned."""
        if not learnable.may_beat_chance(self.subject, look.references, self.held):
            return look
        for count in MORE:
            if self.laboratory.budget.allows(self._least(count - len(look.runs))):
                with suppress(OutOfBudget):
                    return self._looked(count)
        return look

    def _fickle(self, runs: Sequence[Run]) -> Sequence[Run]:
        """More seeds as it is where something was seen that spoils some of them and not others."""
        seen = [c for c in self.evidence.causes if c in CAUSES and CAUSES[c].fickle]
        if not any(self.evidence.level(c) >= Level.STRONG for c in seen):
            return runs
        seeds = self.laboratory.seeds(Part.SEARCH, MOST)
        try:
            return self.laboratory.run(self.subject, Part.SEARCH, seeds, True, share=LOOKING)
        except (OutOfBudget, Interrupted):
            return runs

    def _ordered(self) -> list[str]:
        """Causes with an intervention, the likeliest first."""
        known = [c for c in self.evidence.causes if c in CAUSES and CAUSES[c].ladder]
        return sorted(known, key=lambda cause: -rank(self.evidence, cause))

    def _searched(self, search: Search, look: Look) -> Found:
        """All changes where it seems to lose something, else what could bring more."""
        if look.gap.mean > look.margin or look.lost > 0:
            found = search(self._ordered())
            best = found.best
            if not found.finished and (best is None or best.gain.mean <= MARGIN):
                # there is nothing to confirm: what was reserved for that is better spent on looking
                self.laboratory.budget.reserved = 0.0
                return search(self._ordered())
            return found
        return search.improve(self._ordered(), IMPROVING)

    def _confirmed(
        self, search: Search, found: Found, look: Look
    ) -> tuple[Found, Confirmed | None]:
        """Anew with all changes, or sets of them, where it is sick and what was found no cure."""
        if self.share < 1:
            return found, None  # what shorter runs of fewer rows show is no confirmation
        bench = search.bench
        confirm = Confirmation(
            self.laboratory,
            self.subject,
            bench.sound,
            bench.reference,
            self.evidence,
            self.placebo,
            look.margin,
            look.least,
        )
        first = confirm(found, self._to_claim(found))
        if first is None or first.cured:
            return found, first
        if search.improving:
            if not first.gap.mean > look.margin:
                return found, first
            more = self._anew(search)
        elif not first.gap.shows(look.margin, first.alpha) or not found.finished:
            return found, first
        else:
            more = self._on_more_seeds(search, found)
        if not more.new:
            return more, first
        looked = self.laboratory.seeds(Part.CONFIRMATION, first.seeds)
        return more, confirm(more, self._to_claim(more), 1, looked) or first

    def _anew(self, search: Search) -> Found:
        """All changes where the seeds of the search showed no loss, and fresh ones do."""
        try:
            bench = self._wider(search.bench, MOST)
        except (OutOfBudget, Interrupted):
            bench = search.bench
        wider = Search(bench, self.evidence, search.rank)
        found = wider(self._ordered())
        return replace(found, improvements=wider.better())

    def _wider(self, bench: Bench, count: int) -> Bench:
        """The same with more seeds."""
        seeds = self.laboratory.seeds(Part.SEARCH, count)
        rates = [bench.reference.rate]
        bar = networks(self.laboratory, self.subject, Part.SEARCH, seeds, rates)[0]
        return Bench(self.laboratory, self.subject, bench.sound, bar, seeds)

    def _on_more_seeds(self, search: Search, found: Found) -> Found:
        """Sets of changes anew, on seeds enough to see what fails on some of them."""
        try:
            wider = search.on(self._wider(search.bench, 2 * FIRST))
        except (OutOfBudget, Interrupted):
            return replace(found, finished=False, new=False)
        again = wider.sets()
        return replace(
            found,
            cures=(*again, *found.cures),
            finished=wider.finished,
            new=bool(again),
            rivals=tuple(wider.rivals),
            said=(*wider.said(again), *found.said),
        )

    def _to_claim(self, found: Found) -> list[str]:
        """Single causes that helped and that something besides their trial speaks for.

        That is a strong suspicion, or that their intervention does not help whatever is wrong.
        """
        gained = {cause: trial.gain.mean for cause, trial in found.singles.items()}
        loud = [
            c for c in gained if self.evidence.level(c) >= Level.STRONG and gained[c] > RELEVANT
        ]
        specific = [c for c in gained if not CAUSES[c].universal and gained[c] > 2 * MARGIN]
        specific.sort(key=lambda cause: -gained[cause])
        improving = [one.causes[0] for one in found.improvements[:TRIED]]
        return list(dict.fromkeys([*loud, *specific, *improving]))

    def _not_learnable(self, look: Look) -> Diagnosis:
        told = learnable.data_verdict(self.subject, look.references, self.evidence, self.held)
        return wording.with_scores(
            replace(told, findings=tuple(self.findings)), look, self.laboratory
        )

    def _concluded(
        self,
        look: Look,
        bench: Bench,
        searched: Found,
        confirmed: Confirmed | None,
        findings: Sequence[Finding],
    ) -> Diagnosis:
        state = state_of(look, confirmed, self._meaningless(), self._speaks(searched))
        known = Known(
            self.subject,
            bench.sound,
            self.evidence,
            searched,
            confirmed,
            max(state.gap.mean, 0.0),
            self.held,
        )
        answer = verdict(state)
        if self.share < 1 and not state.broken and not state.meaningless:
            answer = Verdict.UNDECIDED
        causes = naming.named(known, answer is not Verdict.HEALTHY)
        if not causes and answer is Verdict.UNDECIDED and state.next_to_nothing:
            causes = learnable.uninformative(self.subject, look.references)
        told = Diagnosis(
            answer,
            wording.sentence(answer, state, known, look.runs, causes),
            causes=causes,
            findings=tuple(findings),
            finished=searched.finished
            and confirmed is not None
            and (confirmed.exhausted or answer is not Verdict.UNDECIDED),
        )
        told = wording.with_prescription(told, known, answer)
        if self.share < 1:
            told = replace(told, sentence=f"{told.sentence}; {wording.thinner(self.share)}")
        if self.placebo and confirmed is not None:
            told = replace(
                told, placebo={"tested": 1, "named": int(placebo_named(self.evidence, PLACEBO))}
            )
        told = wording.with_scores(told, look, self.laboratory, known)
        shown = learning_curves(confirmed, told.metric)
        return replace(told, figures=shown, budget={**told.budget, **self.needed})

    def _meaningless(self) -> bool:
        return any(CAUSES[c].incomparable for c in self.evidence.certain if c in CAUSES)

    def _speaks(self, found: Found) -> bool:
        strong = any(self.evidence.level(c) >= Level.STRONG for c in self.evidence.causes)
        return strong or bool(found.cures)


def examine(
    subject: Subject,
    findings: Sequence[Finding],
    seed: int,
    budget: Budget,
    held: bool,
    jobs: int = 1,
    watch: Watch | None = None,
    placebo: bool = False,
) -> Diagnosis:
    """`seed`: the first of the search; `held`: whether rows are held out; `budget` is spent."""
    laboratory = Laboratory(seed, budget, jobs, watch or Watch())
    told = with_optimism(
        Examination(subject, findings, laboratory, held, placebo)(), subject, laboratory
    )
    return replace(told, interrupted=laboratory.watch.cancelled())
