from threading import Barrier, get_ident

import pytest

from nndoctor.running import run_all


@pytest.mark.parametrize("jobs", [0, 1, 2, 7])
def test_results_keep_the_order_of_the_items(jobs):
    assert run_all(lambda x: x * x, range(20), jobs) == [x * x for x in range(20)]


def test_jobs_run_side_by_side():
    together = Barrier(2, timeout=30)  # breaks unless two threads meet

    def work(_):
        together.wait()
        return get_ident()

    assert len(set(run_all(work, range(2), 2))) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_run_is_not_swallowed(jobs):
    with pytest.raises(ZeroDivisionError):
        run_all(lambda x: 1 // x, [1, 0, 2], jobs)
