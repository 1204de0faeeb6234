"""Several networks asked together."""

import math

import numpy as np
import pytest

from nndoctor import api
from nndoctor.setup import load_model
from nndoctor.training import Ensemble

from .runs import made, trained

RUNS = ["training.ensemble.runs=3", "training.epochs=8", "optimizer.learning_rate=0.05"]


def softmax(outputs):
    powers = np.exp(outputs.astype(float))
    return powers / powers.sum(axis=1, keepdims=True)


def test_it_answers_with_the_mean_of_probabilities():
    setup = made()
    members = tuple(setup.trainable.fresh(seed) for seed in range(4))
    told = Ensemble(members).outputs(setup.validation)
    mean = np.mean([softmax(member.outputs(setup.validation)) for member in members], axis=0)
    np.testing.assert_allclose(softmax(told), mean, rtol=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_members_that_are_quite_sure_leave_a_finite_answer(loss):
    data = "data.generator=xor"
    setup = made(data, f"loss.name={loss}", "model.output_init=normal(0,1e4)")
    members = tuple(setup.trainable.fresh(seed) for seed in range(2))
    assert np.isfinite(Ensemble(members).outputs(setup.train)).all()


def test_numbers_are_averaged_as_they_are():
    setup = made("data.generator=sine")
    members = tuple(setup.trainable.fresh(seed) for seed in range(3))
    mean = np.mean([member.outputs(setup.train) for member in members], axis=0)
    np.testing.assert_allclose(Ensemble(members).outputs(setup.train), mean)


def test_runs_are_the_same_for_any_number_of_jobs(tmp_path):
    setup = made(*RUNS)
    for jobs in (1, 3):
        (tmp_path / str(jobs)).mkdir()
    reports = [
        api.train(setup, jobs=jobs, save=tmp_path / str(jobs) / "net.npz") for jobs in (1, 3)
    ]
    assert repr(reports[0].evidence) == repr(reports[1].evidence)
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert names == ["net-0.npz", "net-1.npz", "net-2.npz"]
    for name in names:
        files = [np.load(tmp_path / jobs / name) for jobs in "13"]
        assert all(files[0][key].tobytes() == files[1][key].tobytes() for key in files[0].files)
        for file in files:
            file.close()
    thetas = {load_model(tmp_path / "1" / name).network.theta.tobytes() for name in names}
    assert len(thetas) == 3


def scores(report):
    (table,) = (piece for piece in report.evidence if piece.name == "ensemble")
    return dict(table.rows)


def test_the_table_has_each_member_and_all_together(tmp_path):
    setup = made(*RUNS, "data.n=300", "model.hidden=[30]", "training.epochs=40")
    report = api.train(setup, save=tmp_path / "net.npz")
    told = scores(report)
    assert list(told) == ["seed 0", "seed 1", "seed 2", "all together"]
    rows, singles = setup.validation, []
    for seed in range(3):
        model = load_model(tmp_path / f"net-{seed}.npz")
        singles.append(softmax(model.network.outputs(rows)))
        assert told[f"seed {seed}"] == (singles[-1].argmax(axis=1) == rows.y[:, 0]).mean()
    mean = np.mean(singles, axis=0)
    assert told["all together"] == (mean.argmax(axis=1) == rows.y[:, 0]).mean()
    assert told["all together"] >= min(told.values()) > 0.5


def test_states_of_one_run():
    checkpoints = "training.ensemble.checkpoints=3"
    setup = made(checkpoints, "training.epochs=9")
    told = scores(api.train(setup))
    assert list(told) == ["seed 0, epoch 3", "seed 0, epoch 6", "seed 0, epoch 9", "all together"]
    run, network, progress = trained(setup)
    members = Ensemble.of_checkpoints(network, list(progress.kept.values())).members
    for member, epoch in zip(members, (3, 6, 9), strict=True):
        assert member.loss(setup.validation) == run.epochs[epoch].validation_loss
        assert told[f"seed 0, epoch {epoch}"] == run.epochs[epoch].validation_score


def test_runs_and_states_together():
    report = api.train(made(*RUNS, "training.ensemble.checkpoints=2"))
    assert len(scores(report)) == 3 * 2 + 1
    assert set(report.details) == {"seed 0", "seed 1", "seed 2"}


def test_a_broken_run_is_told_by_its_seed():
    setup = made(*RUNS, "optimizer.name=sgd", "optimizer.learning_rate=300")
    report = api.train(setup)
    finding = next(one for one in report.findings if one.code == "ND607")
    assert report.exit_code() == 1
    assert finding.message.startswith("seed ")
    assert math.isfinite(finding.measured)
