"""ND501: a valley whose largest stable rate is known by hand, and real networks."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.checks.learning.rate import LearningRate
from nndoctor.checks.measures.rate_sweep import Fate, Run, Sweep, fate, judge_sweep, log_spaced
from nndoctor.findings import Status
from nndoctor.watch import Watch

from .fakes import Stopping, Valley, batch
from .setups import made

FELL = Run(0.1, 100, first=1.0, final=0.2, peak=1.0, rise=0.01)


def swept(setup, rows=None, *, jobs=1, watch=None, total=100, **settings):
    check = LearningRate(**{"updates": 100, **settings})
    numbers = check.measure(
        setup,
        batch() if rows is None else rows,
        total_updates=total,
        epoch_updates=10,
        seed=0,
        jobs=jobs,
        watch=watch or Watch(),
    )
    return check, numbers


def nd501(setup, rows=None, **settings):
    check, numbers = swept(setup, rows, **settings)
    return check.judge(numbers)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Fate.LEARNING),
        ({"bad_step": 3, "final": np.nan}, Fate.NOT_FINITE),
        ({"bad_step": 3, "finished": False}, Fate.NOT_FINITE),
        ({"finished": False}, Fate.CANCELLED),
        ({"final": 3.01}, Fate.EXPLODING),
        ({"final": 2.99}, Fate.UNSTABLE),
        ({"final": np.nan}, Fate.EXPLODING),
        ({"final": np.inf}, Fate.EXPLODING),
        ({"first": np.nan}, Fate.EXPLODING),
        ({"peak": 3.01}, Fate.EXPLODING),
        ({"peak": 2.99}, Fate.LEARNING),
        ({"peak": np.nan}, Fate.EXPLODING),
        ({"rise": np.nan}, Fate.UNSTABLE),
        ({"final": 1.03}, Fate.UNSTABLE),
        ({"final": 1.01}, Fate.STUCK),
        ({"rise": 0.21}, Fate.UNSTABLE),
        ({"rise": 0.19}, Fate.LEARNING),
        ({"final": 0.921}, Fate.STUCK),  # a tenth of the best fall, 0.8, is 0.08
        ({"final": 0.919}, Fate.LEARNING),
    ],
)
def test_fates(change, expected):
    assert fate(replace(FELL, **change), best_drop=0.8) is expected


def test_noisy_batches_are_no_instability():
    noisy = made("blobs", "[8]", training="batch_size = 1", optimizer="learning_rate = 1e-3")
    numbers = swept(noisy.trainable, noisy.train, low=1e-4, high=1e-2, count=3)[1]
    assert Fate.UNSTABLE not in judge_sweep(numbers).fates


def sweep_of(*finals, verified=(), own=None, **changed):
    rates = 10.0 ** np.arange(-6, len(finals) - 6)
    runs = tuple(
        replace(FELL, rate=float(rate), final=final)
        for rate, final in zip(rates, finals, strict=True)
    )
    candidates = tuple((f"rule {rate:g}", rate) for rate, _ in verified)
    told = tuple(
        (rate, tuple(replace(FELL, rate=rate, final=final) for final in losses))
        for rate, losses in verified
    )
    return Sweep(runs, 100, 100, own or FELL, candidates, told, **changed)


BEST = (0.1, (0.1, 0.2, 0.3))  # a mean fall of 0.8 from 1


@pytest.mark.parametrize(
    ("losses", "rate"),
    [
        ((0.11, 0.21, 0.31), 0.01),  # surely worse, by less than 0.02 of the fall
        ((0.15, 0.25, 0.35), 0.1),  # surely worse by 0.06 of it, whatever the seed
        ((0.1, 0.2, 0.45), 0.01),  # the same on average, but on one seed only: not shown
        ((0.0, 0.5, 0.65), 0.1),  # not shown either, but it loses more than a fifth
        ((0.1, 0.2, 1.5), 0.1),  # unstable on one seed
    ],
)
def test_the_smallest_rate_not_shown_to_be_worse_is_suggested(losses, rate):
    seen = sweep_of(1.0, 0.9, 0.5, 0.2, 0.9, verified=((0.01, losses), BEST))
    assert judge_sweep(seen).suggestion == rate


def test_what_is_unstable_on_another_seed_is_never_suggested():
    lucky = (0.1, (0.01, 0.01, 1.5))
    broken = (0.2, (0.01, 0.01, np.nan))
    sound = (0.01, (0.4, 0.4, 0.4))
    finals = (1.0, 0.9, 0.5, 0.2, 0.9)
    seen = sweep_of(*finals, verified=(sound, lucky, broken))
    assert judge_sweep(seen).suggestion == 0.01
    none = sweep_of(*finals, verified=(lucky, broken))
    assert judge_sweep(none).suggestion is None
    assert LearningRate().judge(none).status is Status.ERROR


def test_band_and_largest_stable_rate():
    view = judge_sweep(sweep_of(1.0, 0.8, 0.2, 0.15, 0.5, np.nan, verified=((1e-3, (0.2,) * 3),)))
    assert view.fates == (
        Fate.STUCK,
        Fate.LEARNING,
        Fate.LEARNING,
        Fate.LEARNING,
        Fate.LEARNING,
        Fate.EXPLODING,
    )
    assert view.band == pytest.approx((1e-4, 1e-3))  # at least 80 % of the best fall
    assert view.largest_stable == pytest.approx(1e-2)
    assert not view.at_edge


@pytest.mark.parametrize(
    ("own", "status"),
    [
        (FELL, Status.OK),
        (replace(FELL, final=np.nan, bad_step=4), Status.ERROR),
        (replace(FELL, final=np.inf), Status.ERROR),
        (replace(FELL, final=np.nan), Status.ERROR),
        (replace(FELL, final=1.5), Status.WARNING),
        (replace(FELL, final=0.99), Status.WARNING),  # hardly moving in all of its updates
        (replace(FELL, final=0.99, finished=False), Status.SKIP),
    ],
)
def test_the_set_ups_own_rate_is_judged(own, status):
    seen = sweep_of(1.0, 0.9, 0.5, 0.2, 0.9, verified=((1e-3, (0.2,) * 3),), own=own)
    assert LearningRate().judge(seen).status is status


@pytest.mark.parametrize(
    ("total", "status", "told"),
    [
        (6500, Status.NOTE, "in 100 of its 6500 updates"),
        (6300, Status.WARNING, "in 100 of its 6300 updates"),  # 63 * 0.01 < 0.8 * 0.8
        (125, Status.WARNING, "in 100 of its 125 updates"),
        (60, Status.WARNING, "in 100 updates;"),  # of which it makes fewer
    ],
)
def test_hardly_moving_is_only_a_note_where_enough_updates_are_left(total, status, told):
    slow = replace(FELL, final=0.99)
    seen = sweep_of(1.0, 0.9, 0.5, 0.2, 0.9, verified=((1e-3, (0.2,) * 3),), own=slow)
    found = LearningRate().judge(replace(seen, total_updates=total))
    assert found.status is status
    assert told in found.message


def test_the_band_holds_the_suggestion_and_the_own_rate_that_is_fine():
    verified = ((1e-4, (0.2,) * 3),)
    own = replace(FELL, rate=3e-3, final=0.2)
    seen = sweep_of(1.0, 0.9, 0.4, 0.2, 0.5, np.nan, verified=verified, own=own)
    view = judge_sweep(seen)
    assert view.suggestion == 1e-4
    assert view.band == pytest.approx((1e-4, 3e-3))
    assert "suggested 0.0001, usable 0.0001 to 0.003" in LearningRate().judge(seen).message
    slow = judge_sweep(replace(seen, own=replace(own, final=0.5)))
    assert slow.band == pytest.approx((1e-4, 1e-3))
    beyond = judge_sweep(replace(seen, own=replace(own, rate=1.0)))  # by a schedule, perhaps
    assert beyond.band == pytest.approx((1e-4, 1e-3))


@pytest.mark.parametrize("final", [1.0, np.nan, np.inf, 5.0])
def test_where_no_rate_makes_the_loss_fall_the_rate_is_not_the_trouble(final):
    found = LearningRate().judge(sweep_of(*[final] * 6))
    assert found.status is Status.ERROR
    assert "overfit-tiny" in found.advice


def test_nothing_at_all_is_never_ok():
    assert LearningRate().judge(Sweep((), 10, 10)).status is Status.ERROR
    assert LearningRate().judge(Sweep((), 10, 10, cancelled=True)).status is Status.SKIP


def test_a_valley_explodes_above_twice_the_inverse_of_its_curvature():
    check, numbers = swept(Valley())
    view = judge_sweep(numbers)
    by_rate = dict(zip((run.rate for run in numbers.runs), view.fates, strict=True))
    lost = (Fate.EXPLODING, Fate.NOT_FINITE)
    assert all(went in lost for rate, went in by_rate.items() if rate > 2.1)
    assert all(went in (Fate.LEARNING, Fate.STUCK) for rate, went in by_rate.items() if rate < 1.9)
    assert view.largest_stable < 2
    assert 1e-2 < view.suggestion < 2
    assert check.judge(numbers).status is Status.OK


@pytest.mark.parametrize(
    ("rate", "status"), [(5.0, Status.ERROR), (1e-5, Status.WARNING), (0.3, Status.OK)]
)
def test_a_valley_under_rates_of_its_own(rate, status):
    assert nd501(Valley(rate=rate)).status is status


@pytest.mark.parametrize("lines", ["warmup = 50", 'name = "one_cycle"'])
def test_the_rate_of_a_set_up_that_warms_up_is_the_one_it_reaches(lines):
    optimizer = 'name = "sgd"\nlearning_rate = 0.125'
    setup = made("moons", optimizer=optimizer, schedule=lines, training="epochs = 5")
    _, numbers = swept(setup.trainable, setup.train, count=3, verify_seeds=1)
    assert numbers.own.rate == pytest.approx(0.125, rel=1e-3)


def test_a_rate_that_falls_apart_on_other_seeds_is_not_suggested():
    calm = judge_sweep(swept(Valley(jitter=0.1))[1]).suggestion
    nervous = judge_sweep(swept(Valley(jitter=0.1, hates=calm / 2))[1]).suggestion
    assert nervous is not None
    assert nervous <= calm / 2


@pytest.mark.parametrize(
    ("low", "high", "side"), [(1e-6, 1e-3, "up"), (3.0, 100.0, "down"), (1e-3, 10.0, None)]
)
def test_the_range_grows_towards_a_best_rate_at_its_edge(low, high, side):
    _, numbers = swept(Valley(floor=0.1), low=low, high=high, count=7)
    assert set(numbers.extended) == ({side} if side else set())
    rates = [run.rate for run in numbers.runs]
    assert rates == sorted(rates)
    assert min(rates) < low / 50 if side == "down" else min(rates) == pytest.approx(low)
    assert max(rates) > high * 50 if side == "up" else max(rates) == pytest.approx(high)


def test_rates_are_even_in_log_space():
    rates = log_spaced(1e-4, 1.0, 9)
    np.testing.assert_allclose(rates[1:] / rates[:-1], np.sqrt(10))


@pytest.mark.parametrize("jobs", [2, 3])
def test_jobs_change_nothing(jobs):
    setup = made("spiral", "[16]")
    one = swept(setup.trainable, setup.train, jobs=1)[1]
    assert repr(swept(setup.trainable, setup.train, jobs=jobs)[1]) == repr(one)


def test_runs_without_a_finite_look_are_judged_without_a_figure_of_them():
    check, numbers = swept(Valley())
    lost = [replace(run, looks=(np.nan, np.nan)) for run in numbers.runs]
    found = check.judge(replace(numbers, runs=tuple(lost)))
    assert not [piece for piece in found.evidence if "while training" in piece.name]


@pytest.mark.parametrize("patience", [0, 5, 40, 170])
def test_a_user_who_breaks_off_gets_what_there_is(patience):
    check, numbers = swept(Valley(), watch=Stopping(patience), low=1e-3)
    assert numbers.cancelled
    found = check.judge(numbers)
    assert found.status in (Status.SKIP, Status.OK)
    whole = swept(Valley(), low=1e-3)[1]
    known = {run.rate: run for run in whole.runs}
    assert patience < 10 or any(run.finished for run in numbers.runs)
    assert [run for run in numbers.runs if run.finished and run != known[run.rate]] == []


def test_healthy_and_sick_networks():
    sound = made("spiral", "[32]", optimizer="learning_rate = 0.1")
    hot = made("spiral", "[32]", optimizer='name = "sgd"\nlearning_rate = 1e4')
    cold = made("spiral", "[32]", optimizer="learning_rate = 1e-7", training="epochs = 5")
    deaf = made("spiral", "[32]", model='init = "zeros"\noutput_init = "zeros"')
    judged = [
        nd501(setup.trainable, setup.train, total=total)
        for setup, total in ((sound, 100), (hot, 100), (cold, 100), (deaf, 100))
    ]
    assert [found.status for found in judged] == [
        Status.OK,
        Status.ERROR,
        Status.WARNING,
        Status.ERROR,
    ]
    assert judged[1].suggests == ("learning_rate_too_high",)
    assert judged[2].suggests == ("learning_rate_too_low",)
    assert "fall" in judged[3].message


def test_the_band_does_not_jump_over_a_rate_that_breaks():
    finals = {1e-4: 0.9, 1e-3: 0.3, 1e-2: 0.1, 1e-1: 9.0, 1.0: 0.3}
    runs = tuple(replace(FELL, rate=rate, final=final) for rate, final in finals.items())
    view = judge_sweep(Sweep(runs, 100, 100))
    assert view.fates[3] is Fate.EXPLODING
    assert view.fates[4] is Fate.LEARNING
    assert view.largest_stable == 1e-2
    assert view.band == (1e-2, 1e-2) or view.band == (1e-3, 1e-2)


def test_a_rate_below_the_band_is_a_note():
    slow = made("spiral", "[32]", optimizer="learning_rate = 0.003")
    found = nd501(slow.trainable, slow.train)
    assert found.status is Status.NOTE
    assert "achieve more" in found.message


def test_every_rate_may_be_unstable():
    runs = tuple(
        replace(FELL, rate=rate, final=final, rise=0.9)
        for rate, final in {1.0: 0.5, 2.0: 0.4, 4.0: 0.3}.items()
    )
    assert set(judge_sweep(Sweep(runs, 100, 100)).fates) == {Fate.UNSTABLE}


def test_an_explosion_that_came_and_went_is_told():
    hot = made("spiral", "[100]", optimizer="learning_rate = 10.0")
    found = nd501(hot.trainable, hot.train, updates=200)
    assert found.status is Status.ERROR
    assert "exploding" in found.message


def test_a_run_beyond_three_times_its_first_cost_breaks_off():
    check, numbers = swept(Valley(floor=1.0), low=0.1, high=2.5, count=3)
    slow, *_, fast = numbers.runs
    assert slow.updates == 100
    assert len(slow.looks) == 15  # before, and after every 7 updates of 100
    assert fast.updates < 100
    assert fast.finished
    assert np.isfinite(fast.final)
    assert fast.looks[-1] > 3 * fast.first
    assert max(fast.looks[:-1]) <= 3 * fast.first
    assert judge_sweep(numbers).fates[-1] is Fate.EXPLODING
    (figure,) = (p for p in check.judge(numbers).evidence if "while training" in p.name)
    first, *_, last = figure.lines
    assert first.y == slow.looks
    assert len(first.x) == len(slow.looks)
    assert last.name == f"rate {fast.rate:.2g}"
    assert last.y == fast.looks
    assert last.top == 3 * slow.first


def test_the_final_losses_are_the_true_ones_and_drawn_up_to_three_times_the_first():
    check, numbers = swept(Valley())
    curve = next(p for p in check.judge(numbers).evidence if "final loss" in p.name)
    assert curve.y == tuple(run.final for run in numbers.runs)
    assert curve.top == pytest.approx(3 * numbers.runs[0].first)
