"""A watched run is the run: looking changes nothing, and what is told of it is true."""

import numpy as np
import pytest

from nndoctor.checks.measures.course import watched
from nndoctor.checks.training import COURSE_CHECKS
from nndoctor.findings import Status
from nndoctor.trainable import Plan
from nndoctor.watch import Watch

from ..fakes import Stopping, Valley, batch
from ..setups import made


def run(setup, updates=120, seed=3, watch=None):
    return watched(
        setup.trainable,
        setup.train,
        setup.train.sample(50),
        updates=updates,
        epoch_updates=10,
        seed=seed,
        watch=watch or Watch(),
    )


def test_looking_does_not_change_the_run():
    setup = made("spiral", model="dropout = 0.3", optimizer='name = "adam"')
    course, model = run(setup)
    plain = setup.trainable.fresh(3)
    trace = plain.train(setup.train, Plan(120))
    np.testing.assert_array_equal(course.trace.loss, trace.loss)
    np.testing.assert_array_equal(model.theta, plain.theta)
    again, _ = run(setup)
    np.testing.assert_array_equal(again.losses, course.losses)


def test_losses_and_ways_are_those_of_the_model():
    setup = made("spiral")
    course, model = run(setup)
    start = setup.trainable.fresh(3)
    probe = setup.train.sample(50)
    assert course.losses[0] == pytest.approx(start.loss(probe))
    assert course.losses[-1] == pytest.approx(model.loss(probe))
    assert course.chance == pytest.approx(np.log(3), rel=0.05)
    assert course.moments[0] == 0
    assert course.moments[-1] == 120
    for name, w in model.weights().items():
        begun = start.weights()[name]
        way = np.linalg.norm(w - begun) / np.linalg.norm(begun)
        assert course.moved[name] == pytest.approx(way, rel=1e-5)


def test_the_first_updates_are_lived_through_by_every_optimizer():
    setup = made("spiral", optimizer='name = "lbfgs"')
    course, _ = run(setup, updates=20)
    found = {check.code: check.examine(course) for check in COURSE_CHECKS}
    assert found["ND503"].status is found["ND609"].status is Status.SKIP
    assert found["ND508"].status is Status.OK


def test_a_model_that_shows_nothing_is_judged_by_its_loss():
    course, _ = watched(
        Valley(rate=0.1, floor=0.01),
        batch(),
        batch(),
        updates=200,
        epoch_updates=10,
        seed=0,
        watch=Watch(),
    )
    found = {check.code: check.examine(course).status for check in COURSE_CHECKS}
    assert {found[code] for code in ("ND503", "ND609", "ND610", "ND611")} == {Status.SKIP}
    assert {found[code] for code in ("ND504", "ND506", "ND508")} == {Status.OK}


def test_a_valley_that_is_left_is_an_explosion():
    course, _ = watched(
        Valley(rate=2.5), batch(), batch(), updates=200, epoch_updates=10, seed=0, watch=Watch()
    )
    found = {check.code: check.examine(course).status for check in COURSE_CHECKS}
    assert found["ND504"] is Status.WARNING
    assert found["ND508"] is Status.ERROR


def test_a_course_knows_what_a_constant_loses_under_any_loss():
    setup = made("sine", loss='name = "huber"', data="n = 100")
    course, _ = run(setup)
    assert 0 < course.chance < np.var(setup.train.y)
    found = {check.code: check.examine(course).status for check in COURSE_CHECKS}
    assert found["ND505"] is not Status.SKIP


def test_what_the_user_breaks_off_is_not_judged():
    course, _ = run(made("spiral"), updates=100_000, watch=Stopping(2))
    assert course.cancelled
    assert {check.examine(course).status for check in COURSE_CHECKS} == {Status.SKIP}
