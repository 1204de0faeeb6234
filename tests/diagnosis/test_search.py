"""The whole examination over a subject whose truth is known."""

from dataclasses import dataclass, replace
from itertools import combinations

import pytest

from nndoctor.diagnosis import interventions as kinds
from nndoctor.diagnosis.budget import NOMINAL, PATIENCE, Budget
from nndoctor.diagnosis.examination import FIRST, examine
from nndoctor.diagnosis.laboratory import OutOfBudget
from nndoctor.diagnosis.subject import Part, Refused
from nndoctor.diagnosis.telling import fix_heading, outlook
from nndoctor.findings import Finding, Status, Verdict

from .fakes import MENDS, Fake

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

CAUSES = {
    "inputs": "input_not_normalised",
    "activation": "wrong_hidden_activation",
    "weights": "init_too_small",
    "penalties": "over_regularised",
    "optimizer": "learning_rate_too_low",
    "schedule": "schedule_decays_too_fast",
}
SETS = [
    *combinations(MENDS, 1),
    *list(combinations(MENDS, 2))[::2],
    *list(combinations(MENDS, 3))[::4],
    *list(combinations(MENDS, 5))[::2],
]


def examined(subject: Fake, seconds: float = 60.0, **more):
    return examine(subject, (), 0, Budget(seconds), True, **more)


@pytest.mark.parametrize("faults", SETS, ids="+".join)
def test_the_smallest_set_that_cures_is_found_and_each_of_its_causes_confirmed(faults):
    told = examined(Fake(frozenset(faults)))
    assert told.verdict is Verdict.SICK
    assert set(told.prescription) == {f"{name}.mended" for name in faults}
    assert told.prescription_status == "confirmed"
    assert not told.replaced or len(faults) > 1
    confirmed = {one.cause for one in told.causes if one.confirmed}
    assert confirmed == {CAUSES[name] for name in faults}


class Either(Fake):
    """Sick by its inputs, and where neither weights nor optimizer are mended."""

    def run(self, seed, part, looks=(), inside=False):
        sick = "inputs" in self.faults or self.faults >= {"weights", "optimizer"}
        mended = replace(self, faults=frozenset({"inputs"}) if sick else frozenset())
        self.log.append((self.key, part, seed))
        return Fake.run(mended, seed, part, looks, inside)


def test_of_two_changes_that_do_the_same_the_less_likely_is_given_up():
    told = examined(Either(frozenset({"inputs", "weights", "optimizer"})))
    assert set(told.prescription) == {"inputs.mended", "weights.mended"}


class Roads(Fake):
    """Sick while its inputs are wrong, and its weights or its optimizer are."""

    def run(self, seed, part, looks=(), inside=False):
        sick = "inputs" in self.faults and bool(self.faults & {"weights", "optimizer"})
        mended = replace(self, faults=frozenset({"inputs"}) if sick else frozenset())
        return Fake.run(mended, seed, part, looks, inside)


@pytest.mark.parametrize(
    ("faults", "wordless", "prescribed"),
    [
        ({"inputs", "weights"}, {"inputs"}, {"weights"}),
        ({"inputs", "weights"}, {"weights"}, {"inputs"}),
        ({"inputs", "weights", "optimizer"}, {"inputs"}, {"weights", "optimizer"}),
        ({"inputs", "weights", "optimizer"}, {"inputs", "weights"}, {"inputs"}),
    ],
)
def test_what_its_user_can_write_is_prescribed_and_the_same_causes_named(
    faults, wordless, prescribed
):
    plain = examined(Roads(frozenset(faults)))
    told = examined(Roads(frozenset(faults), wordless=frozenset(wordless)))
    assert set(told.prescription) == {f"{name}.mended" for name in prescribed}
    assert told.prescription_status == plain.prescription_status == "confirmed"
    assert told.causes == plain.causes
    assert told.after is not None
    assert told.after.score > 0.9


class Nearly(Roads):
    """What mends the weights falls a little short of the reference on the seeds of the search."""

    def run(self, seed, part, looks=(), inside=False):
        short = part is Part.SEARCH and self.healed == ("weights",)
        return super(Nearly, replace(self, high=self.high - 0.07 * short)).run(
            seed, part, looks, inside
        )


def test_a_change_that_its_user_can_write_and_that_comes_near_is_tried_on_fresh_seeds():
    told = examined(Nearly(frozenset({"inputs", "weights"}), wordless=frozenset({"inputs"})))
    assert set(told.prescription) == {"weights.mended"}
    assert told.prescription_status == "confirmed"


class Short(Roads):
    """What mends one component falls short of the reference on fresh seeds."""

    def run(self, seed, part, looks=(), inside=False):
        short = part is Part.CONFIRMATION and self.healed == ("inputs",)
        return super(Short, replace(self, high=self.high - 0.1 * short)).run(
            seed, part, looks, inside
        )


def test_the_cause_whose_change_alone_cures_on_fresh_seeds_stands_first():
    told = examined(Short(frozenset({"inputs", "weights"})))
    assert set(told.prescription) == {"weights.mended"}
    assert [one.cause for one in told.causes] == ["init_too_small", "input_not_normalised"]
    assert examined(Roads(frozenset({"inputs", "weights"}))).causes[0].cause != "init_too_small"


class Ending(Fake):
    """The budget of the search ends with the first set of changes that cures."""

    def run(self, seed, part, looks=(), inside=False):
        mended = "[] 0"
        if part is Part.SEARCH and self.key != mended and mended in {key for key, *_ in self.log}:
            raise OutOfBudget
        return super().run(seed, part, looks, inside)


def test_a_fix_that_is_not_of_the_first_cause_says_whose_it_is():
    told = examined(Fake(frozenset({"inputs", "penalties"}), hiding=False))
    first, second = told.causes[:2]
    assert fix_heading(replace(told, prescription=first.change)) == "the fix"
    assert fix_heading(replace(told, prescription=second.change)) == "the fix, for cause 2"
    assert fix_heading(replace(told, prescription={"a": 1})) == "the fix"


def test_a_set_that_cures_is_prescribed_though_the_budget_ends_before_it_is_made_smaller():
    told = examined(Ending(frozenset({"inputs", "weights", "optimizer"})))
    assert set(told.prescription) == {"inputs.mended", "weights.mended", "optimizer.mended"}
    assert told.prescription_status == "confirmed"
    assert not told.finished
    assert "no smaller change" not in fix_heading(told)


@dataclass(frozen=True)
class Slow(Fake):
    """Its rate is too low by a factor of ten: three times as much helps, a hundred does harm.

    Longer training helps as well, and less.
    """

    factor: float = 1.0

    key = property(lambda self: f"{self.factor} {self.shift} {sorted(self.faults)}")
    change = property(lambda self: {"rate": self.factor} if self.factor != 1 else {})

    def apply(self, intervention):
        if isinstance(intervention, kinds.ScaleRate):
            return replace(self, factor=self.factor * intervention.factor)
        if isinstance(intervention, kinds.MoreUpdates):
            return replace(self, factor=2 * self.factor)
        return Refused("it is not like that")

    def run(self, seed, part, looks=(), inside=False):
        high = {1.0: 0.1, 2.0: 0.6, 3.0: 0.5, 10.0: 0.8, 30.0: 0.3}.get(self.factor, 0.05)
        made = Fake(high=high if self.faults else self.high, shift=int(self.factor))
        return Fake.run(made, seed, part, looks, inside)

    def sound(self, rate, updates):
        return replace(self, faults=frozenset(), factor=1.0)

    def swap(self, component, donor):
        return Refused("nothing is known of its parts")


def test_of_a_ladder_that_does_not_cure_the_best_rung_is_prescribed():
    told = examined(Slow(frozenset({"optimizer"})))
    assert told.prescription == {"rate": 10.0}
    assert told.prescription_status == "improves"
    assert told.causes[0].cause == "learning_rate_too_low"


@pytest.mark.parametrize("faults", SETS[:6], ids="+".join)
def test_confirmation_has_seeds_of_its_own(faults):
    subject = Fake(frozenset(faults))
    examined(subject)
    search = {seed for _, part, seed in subject.log if part is Part.SEARCH}
    fresh = {seed for _, part, seed in subject.log if part is Part.CONFIRMATION}
    assert search
    assert fresh
    assert not search & fresh


def test_a_sound_subject_is_healthy_and_nothing_is_claimed():
    told = examined(Fake())
    assert told.verdict is Verdict.HEALTHY
    assert told.causes == ()
    assert told.improvements == ()
    assert told.prescription == {}


@pytest.mark.parametrize("noise", [0.01, 0.05])
def test_a_placebo_is_tested_and_never_named(noise):
    for faults in ((), ("inputs",), ("inputs", "weights")):
        told = examined(Fake(frozenset(faults), noise=noise), placebo=True)
        assert told.placebo == {"tested": 1, "named": 0}
        assert "placebo" not in {one.cause for one in told.causes}


def test_faults_that_share_the_loss_are_each_confirmed():
    told = examined(Fake(frozenset({"inputs", "penalties"}), hiding=False))
    assert {one.cause for one in told.causes if one.confirmed} == {
        "input_not_normalised",
        "over_regularised",
    }


def test_a_small_loss_is_healthy_and_what_brings_more_is_listed():
    told = examined(Fake(frozenset({"inputs"}), low=0.91, noise=0.001))
    assert told.verdict is Verdict.HEALTHY
    assert [one.cause for one in told.improvements] == ["input_not_normalised"]
    assert told.improvements[0].gain.low > 0.02


def test_what_was_spent_is_booked_and_within_the_budget():
    subject = Fake(frozenset({"inputs", "weights"}), price=0.02)
    told = examined(subject, 10.0)
    assert told.budget["work"] <= NOMINAL * 10.0 * 1.01
    assert told.budget["runs"] == len(subject.log)


def test_a_budget_that_ends_early_does_not_say_that_nothing_cures():
    told = examined(Fake(frozenset({"inputs", "weights", "penalties"}), price=0.1), 6.0)
    assert not told.finished
    assert told.prescription_status != "confirmed"
    assert told.verdict in (Verdict.SICK, Verdict.UNDECIDED)


def test_a_run_that_takes_too_long_is_judged_on_fewer_rows_and_decides_nothing():
    told = examined(Fake(frozenset({"inputs"}), price=60.0), 60.0)
    assert told.verdict is Verdict.UNDECIDED
    assert "of the rows" in told.sentence
    assert told.prescription == {"inputs.mended": True}
    assert told.prescription_status == "not yet confirmed"
    assert not any(one.confirmed for one in told.causes)
    assert told.budget["needed"] > 60


@pytest.mark.parametrize("faults", [("inputs",), ("inputs", "weights")])
def test_a_slow_clock_changes_no_prescription(faults):
    class Slow:
        now = 0.0

        def __call__(self) -> float:
            self.now += 2.0
            return self.now

    quick = examine(Fake(frozenset(faults)), (), 0, Budget(60.0, clock=lambda: 0.0), True)
    slow = examine(Fake(frozenset(faults)), (), 0, Budget(60.0, clock=Slow()), True)
    assert slow.budget["seconds"] > 30
    assert slow.prescription == quick.prescription
    assert [one.cause for one in slow.causes] == [one.cause for one in quick.causes]


def test_the_clock_ends_it_only_where_a_machine_is_out_of_all_proportion():
    budget = Budget(1.0, clock=iter([0.0, PATIENCE - 0.1, PATIENCE + 0.1]).__next__)
    assert budget.allows(0.0)
    assert not budget.allows(0.0)


def test_what_is_reserved_is_for_confirmation_alone():
    budget = Budget(10.0, clock=lambda: 0.0)
    assert not budget.allows(0.9 * budget.work)
    assert budget.allows(0.9 * budget.work, confirming=True)
    budget.book(budget.work, 1, 10)
    assert not budget.allows(0.001, confirming=True)


def test_what_kills_some_of_the_starts_is_confirmed_by_those_that_live():
    told = examined(Fake(frozenset({"weights"}), dying=0.5))
    assert told.verdict is Verdict.SICK
    assert told.sentence.startswith("MCC 0.")
    assert "where a reference network reaches 0.9" in told.sentence
    assert "seeds stay below half of that" in told.sentence
    named = {one.cause: str(one.status) for one in told.causes}
    assert named["init_too_small"] == "confirmed"
    assert told.prescription == {"weights.mended": True}


def test_what_is_certain_in_all_that_was_trained_comes_before_what_helped_there():
    shown = Finding("ND802", "", Status.ERROR, "no gradient", suggests=("graph_detached",))
    sick = Fake(frozenset({"optimizer"}))
    told = examine(sick, (shown,), 0, Budget(60), True)
    assert [(one.cause, str(one.status)) for one in told.causes] == [
        ("graph_detached", "certain"),
        ("learning_rate_too_low", "confirmed"),
    ]


def test_a_change_that_is_as_good_as_what_has_the_same_fault_is_no_other_way():
    sick = Either(frozenset({"weights", "optimizer"}))
    shown = Finding("ND808", "", Status.ERROR, "answers change", suggests=("rows_mixed",))
    told = examine(sick, (shown,), 0, Budget(60), True)
    assert told.causes[0].cause == "rows_mixed"
    assert told.alternatives == ()


class LuckyFirst(Fake):
    """The first seeds of the search don't show what is lost on most others."""

    def run(self, seed, part, looks=(), inside=False):
        lucky = part is Part.SEARCH and seed < FIRST
        seen = replace(self, faults=frozenset()) if lucky else self
        return Fake.run(seen, seed, part, looks, inside)


@pytest.mark.parametrize("low", [0.5, 0.8])
def test_a_loss_that_only_fresh_seeds_show_is_looked_into(low):
    told = examined(LuckyFirst(frozenset({"weights"}), low=low))
    assert told.verdict is Verdict.SICK
    assert [(one.cause, str(one.status)) for one in told.causes] == [
        ("init_too_small", "confirmed")
    ]
    assert told.prescription == {"weights.mended": True}
    assert told.prescription_status == "confirmed"


def test_where_fresh_seeds_show_a_loss_that_may_be_chance_changes_are_tried_as_well():
    told = examined(LuckyFirst(frozenset({"weights"}), low=0.87, noise=0.05))
    assert told.verdict is Verdict.UNDECIDED
    assert [one.cause for one in told.causes] == ["init_too_small"]
    assert told.prescription == {"weights.mended": True}


class OneDies(Fake):
    """On one seed of the confirmation it learns nothing."""

    def run(self, seed, part, looks=(), inside=False):
        run = Fake.run(self, seed, part, looks, inside)
        dead = seed == 1001 and self.faults
        return replace(run, held_curve=(0.0,), train_curve=(0.0,)) if dead else run

    def apply(self, intervention):
        return Refused("it is not like that")

    def swap(self, component, donor):
        return Refused("they are the same")


def test_one_seed_that_learns_nothing_is_told_and_not_called_healthy():
    told = examined(OneDies(frozenset({"weights"}), low=0.9))
    assert told.verdict is Verdict.UNDECIDED
    assert "(1 of 23 seeds stays below half of that)" in told.sentence


class Normalised(Fake):
    """Normalising its layers makes up for whatever is wrong; nothing else that is tried does."""

    def apply(self, intervention):
        if isinstance(intervention, kinds.Normalise) and self.faults:
            return replace(self, faults=frozenset(), healed=("layers",))
        return Refused("it is not like that")

    def swap(self, component, donor):
        return Refused("they are the same")


@pytest.mark.parametrize("seen", [True, False])
def test_gradients_vanish_only_where_they_were_seen_to(seen):
    shown = Finding(
        "ND609", "", Status.WARNING, "they vanish", suggests=("too_deep", "vanishing_gradient")
    )
    loud = Finding("ND104", "", Status.ERROR, "too large", suggests=("input_not_normalised",))
    findings = (loud, shown) if seen else (loud,)
    told = examine(Normalised(frozenset({"weights"})), findings, 0, Budget(60.0), True)
    assert told.prescription == {"layers.mended": True}
    assert told.prescription_status == "confirmed"
    named = [(one.cause, str(one.status)) for one in told.causes]
    confirmed = [("vanishing_gradient", "confirmed")]
    assert named == (confirmed if seen else [("input_not_normalised", "suspected")])


class Idle(Fake):
    """What contradicts itself in its output does no harm, alone or with others."""

    def run(self, seed, part, looks=(), inside=False):
        return Fake.run(replace(self, faults=self.faults - {"output"}), seed, part, looks, inside)


def test_what_is_certain_and_shows_nothing_comes_behind_what_cures_without_it(monkeypatch):
    monkeypatch.setitem(MENDS, "output", kinds.FitOutputActivation("double_softmax"))
    shown = Finding("ND804", "", Status.ERROR, "softmax twice", suggests=("double_softmax",))
    told = examine(Idle(frozenset({"output", "optimizer"})), (shown,), 0, Budget(60.0), True)
    assert told.prescription == {"optimizer.mended": True}
    named = [(one.cause, str(one.status)) for one in told.causes]
    assert named == [("learning_rate_too_low", "confirmed"), ("double_softmax", "certain")]


def test_of_a_healthy_network_it_is_said_that_what_is_certain_was_not_shown_to_cost(monkeypatch):
    monkeypatch.setitem(MENDS, "output", kinds.FitOutputActivation("double_softmax"))
    shown = Finding("ND804", "", Status.ERROR, "softmax twice", suggests=("double_softmax",))
    told = examine(Idle(frozenset({"output"})), (shown,), 0, Budget(60.0), True)
    assert told.verdict is Verdict.HEALTHY
    (line,) = outlook(told)
    assert line.startswith("certain: ")
    assert line.endswith(" (putting it right was not shown to bring more)")


class Overlooked(Fake):
    """On the seeds of the search its outputs do no harm by themselves."""

    def run(self, seed, part, looks=(), inside=False):
        harmless = part is Part.SEARCH and self.faults == {"output"}
        mended = replace(self, faults=frozenset() if harmless else self.faults)
        return Fake.run(mended, seed, part, looks, inside)


def test_what_is_certain_is_put_right_besides_where_less_does_not_cure(monkeypatch):
    monkeypatch.setitem(MENDS, "output", kinds.FitOutputActivation("double_softmax"))
    shown = Finding("ND804", "", Status.ERROR, "softmax twice", suggests=("double_softmax",))
    subject = Overlooked(frozenset({"output", "optimizer"}))
    told = examine(subject, (shown,), 0, Budget(60.0), True)
    assert set(told.prescription) == {"output.mended", "optimizer.mended"}
    assert told.prescription_status == "confirmed"
    searched = {seed for _, part, seed in subject.log if part is Part.SEARCH}
    assert len(searched) == FIRST  # at once, and not on more seeds where that was no cure
