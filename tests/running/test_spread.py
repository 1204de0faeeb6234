"""Runs spread over threads: the order, the progress, the wish to stop, and errors."""

from threading import Barrier, get_ident

import pytest

from nndoctor.running import cluster, spread
from nndoctor.watch import Watch


class Seen(Watch):
    """Remembers what it is told, and stops once `most` steps are made."""

    def __init__(self, most=10**9):
        self.told, self.most = [], most

    def advance(self, done, doing="", /, **numbers):
        self.told.append(done)

    def cancelled(self):
        return bool(self.told) and self.told[-1] >= self.most


@pytest.mark.parametrize("jobs", [0, 1, 2, 7])
def test_results_keep_the_order_of_the_items(jobs):
    assert spread(lambda x, own: x * x, range(20), jobs, Watch()) == [x * x for x in range(20)]


def test_runs_go_side_by_side():
    together = Barrier(2, timeout=30)  # breaks unless two threads meet
    assert sorted(spread(lambda _, own: together.wait(), range(2), 2, Watch())) == [0, 1]


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_steps_of_all_runs_add_up(jobs):
    def work(item, own):
        own.advance(4)
        own.advance(10 if item else 7)  # the first one ends early

    watch = Seen()
    spread(work, range(3), jobs, watch, each=10)
    assert watch.told == sorted(watch.told)
    assert watch.told[-1] == 30


@pytest.mark.parametrize("jobs", [1, 3])
def test_all_items_are_answered_when_the_user_breaks_off(jobs):
    def work(item, own):
        return None if own.cancelled() else item

    answers = spread(work, range(40), jobs, Seen(most=5))
    assert len(answers) == 40
    assert answers[0] == 0
    assert answers[-1] is None


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_run_is_not_swallowed(jobs):
    with pytest.raises(ZeroDivisionError):
        spread(lambda x, own: 1 // x, [1, 0, 2], jobs, Watch())


@pytest.mark.parametrize("jobs", [1, 3])
def test_each_result_is_heard_on_the_callers_thread_before_all_are_there(jobs):
    told, began = [], []

    def work(item, own):
        began.append(item)
        return item * item

    def heard(number, result):
        told.append((number, result, get_ident(), len(began)))

    spread(work, range(20), jobs, Watch(), heard=heard)
    assert sorted(one[:2] for one in told) == [(at, at * at) for at in range(20)]
    assert {one[2] for one in told} == {get_ident()}
    if jobs == 1:
        assert [one[3] for one in told] == [*range(1, 21)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_hearing_raises_is_raised_and_ends_the_rest(jobs):
    heard = []

    def full(number, result):
        heard.append(number)
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        spread(lambda x, own: x, range(50), jobs, Watch(), heard=full)
    assert len(heard) == 1


def test_without_an_address_threads_do_it():
    with cluster(None):
        assert spread(lambda x, own: -x, range(3), 2, Watch()) == [0, -1, -2]
