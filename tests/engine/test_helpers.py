"""Cores at leisure help a model: who gets them, that no bit depends on them, and how they end."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from nndoctor.adapters.dense import Dense, Unit
from nndoctor.adapters.mlp import MLP
from nndoctor.api.common import single_threaded
from nndoctor.engine.cores import allowed, at_work
from nndoctor.engine.helpers import helped
from nndoctor.engine.panels import new_board
from nndoctor.running import run_all
from nndoctor.trainable import Batch, Plan, Task

PRECISIONS = (np.float32, np.float64)


def helpers(wanted=True):
    """How many threads help now."""
    before = threading.active_count()
    with helped(new_board(np.dtype(np.float32)), wanted):
        return threading.active_count() - before


def wide(dtype=np.float32, **given):
    """A network whose products are large, and rows for it."""
    task = Task("classification", "cross_entropy", 3, encoding="class")
    init = Unit("he_normal")
    hidden = (Dense(520, Unit("tanh"), init), Dense(520, Unit("relu"), init))
    layers = (*hidden, Dense(3, Unit("linear"), init))
    setup = MLP(task, 90, layers, Unit("adam"), batch_size=200, dtype=np.dtype(dtype), **given)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((450, 90)).astype(dtype)
    return setup, Batch(x, rng.integers(0, 3, (450, 1)).astype(dtype))


def trained(count, updates=9, **given):
    """All that training leaves behind, on so many cores."""
    setup, batch = wide(**given)
    net = setup.fresh(1)
    with allowed(count):
        trace = net.train(batch, Plan(updates))
        told = {"out": net.outputs(batch), "cost": np.asarray(net.loss(batch))}
    return net.state() | {"loss": np.asarray(trace.loss)} | told


def same(one, other):
    return all(
        np.array_equal(one[name], other[name], equal_nan=name != "optimizer") for name in one
    )


def test_cores_that_are_left_over_help_with_what_is_large():
    assert helpers() == 0  # where nobody says, a core is all there is
    with allowed(3):
        assert helpers() == 2
        assert helpers(False) == 0
        with at_work():  # one of several runs, the others of which are over
            assert helpers() == 2
            with at_work():
                assert helpers() == 1
                with at_work():
                    assert helpers() == 0
        with allowed(1):  # one function that calls another
            assert helpers() == 2
    assert helpers() == 0


def test_nobody_has_helpers_that_another_has():
    with allowed(3), helped(new_board(np.dtype(np.float32))):
        assert helpers() == 0
    with allowed(3):
        assert helpers() == 2


def test_runs_that_keep_all_cores_busy_have_no_help():
    together = Barrier(2, timeout=30)

    def work(_):
        together.wait()
        seen = helpers()
        together.wait()
        return seen

    with allowed(2):
        assert run_all(work, range(2), 2) == [0, 0]
        assert run_all(lambda _: helpers(), range(1), 2) == [1]


def test_what_is_asked_for_in_jobs_is_what_may_be_used():
    seen = single_threaded(lambda jobs=1: helpers())
    assert (seen(), seen(jobs=1), seen(jobs=3)) == (0, 0, 2)


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_training_has_the_same_bits_on_any_number_of_cores(dtype):
    alone = trained(1, dtype=dtype)
    for count in (2, 5):
        assert same(trained(count, dtype=dtype), alone)


def test_models_side_by_side_have_the_bits_of_each_alone():
    alone = trained(1)
    with allowed(3), ThreadPoolExecutor(2) as pool:
        for one in pool.map(lambda _: trained(3), range(4)):
            assert same(one, alone)


def test_nan_is_found_where_it_is_found_alone():
    setup, batch = wide()
    batch.x[120, 7] = np.nan
    found = []
    for count in (1, 2):
        net = setup.fresh(1)
        with allowed(count):
            found.append((net.train(batch, Plan(20)).first_bad, net.state()))
    assert found[0][0] is not None
    assert found[0][0] == found[1][0]
    assert same(found[0][1], found[1][1])


def test_an_error_between_two_stretches_leaves_no_thread_behind():
    setup, batch = wide()
    before = threading.active_count()
    with allowed(3), pytest.raises(ZeroDivisionError):
        setup.fresh(0).train(batch, Plan(100, every=2), lambda done: 1 / (4 - done) > 0)
    assert threading.active_count() == before
    with allowed(3):
        assert helpers() == 2


@pytest.fixture
def interruptible():
    """Ctrl-C is heard, also where tests run in the background, whose children do not hear it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name != "posix", reason="signals as a terminal sends them")
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_helpers_and_gives_them_back():
    setup, batch = wide()
    setup.fresh(0).train(batch, Plan(1))  # compiled by now
    before = threading.active_count()
    alarm = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    with allowed(3), pytest.raises(KeyboardInterrupt):
        setup.fresh(0).train(batch, Plan(1_000_000))
    alarm.join()
    for one in threading.enumerate():
        if "_help" in one.name:  # it was not waited for, and ends all the same
            one.join(30)
    assert threading.active_count() == before
    with allowed(3):
        assert helpers() == 2


FORKED = """
import os
from tests.engine.test_helpers import same, trained
alone, helped = trained(1), trained(2)
child = os.fork()
if child == 0:
    os._exit(0 if same(trained(2), alone) else 1)
assert os.waitpid(child, 0)[1] == 0 and same(helped, alone) and same(trained(2), alone)
"""
LEFT = """
import threading, time
from tests.engine.test_helpers import trained
trained(2)
threading.Thread(target=trained, args=(2, 10_000_000), daemon=True).start()
time.sleep(0.3)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("program", [FORKED, LEFT], ids=["a fork trains on", "a process ends"])
def test_helpers_outlive_nothing(program):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
