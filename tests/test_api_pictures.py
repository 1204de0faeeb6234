"""What `surface`, `weights` and `backprop` answer."""

import numpy as np
import pytest

from nndoctor import api
from nndoctor.api.images import units_shown
from nndoctor.api.whole_runs import figures, whole_run
from nndoctor.checks.measures.clusters import by_chance, separation
from nndoctor.errors import UsageError
from nndoctor.findings import Curves, Heatmap, Paths, Pictures, Regions, Scatter, Verdict
from nndoctor.report.figures.animation import animation
from nndoctor.setup import image_shape, load_model
from nndoctor.watch import Watch
from tests.cli.conftest import ROOT, SPIRAL

DIABETES = ROOT / "sample_data" / "diabetes.csv"
SMALL = ("model.hidden=[6, 6]", "training.epochs=5")


def one_of(report, kind):
    return next(piece for piece in report.evidence if isinstance(piece, kind))


def names(report):
    return [piece.name for piece in report.evidence]


def small(*changes):
    return api.load_setup(SPIRAL, set=(*SMALL, *changes))


def test_a_surface_report_has_table_curves_and_walks():
    report = api.surface(["valley"], ["sgd", "newton"], steps=100, rate=0.05)
    table, curves, paths = report.evidence
    assert [row[2] for row in table.rows] == ["diverged at step 10", "reached at step 1"]
    assert (len(curves.lines), len(paths.paths)) == (2, 2)
    assert (report.verdict, report.exit_code()) == (Verdict.PASS, 0)
    assert report.headline == "1 of 2 walks reached the floor, 1 diverged"
    assert "condition number at the minimum 50" in table.caption


def test_one_parameter_is_drawn_as_a_curve():
    report = api.surface(["parabola"], ["sgd"], steps=20)
    assert not any(isinstance(piece, Paths) for piece in report.evidence)
    assert [line.name for line in report.evidence[-1].lines] == ["the function", "sgd"]


def test_all_functions_come_with_an_overview():
    report = api.surface(["all"], ["newton"], steps=30)
    (row,) = report.evidence[0].rows
    assert dict(zip(report.evidence[0].columns, row, strict=True))["saddle"] == "saddle"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"functions": ["vally"]}, "no function named 'vally'"),
        ({"optimizers": ["adma"]}, "no optimizer named 'adma'"),
        ({"rate": -1.0}, "the rate is -1.0"),
        ({"start": [1.0]}, "a start of 1 numbers for valley"),
        ({"start": [float("nan"), 1]}, "the start is"),
    ],
)
def test_what_a_surface_refuses(given, said):
    with pytest.raises(UsageError, match=said):
        api.surface(**given)


def test_the_animation_is_whole_and_without_address():
    page = animation(api.surface(["saddle"], ["sgd", "adam"], steps=60))
    assert page.startswith("<!doctype html>")
    assert page.count("<animate ") == 6
    assert "<script" not in page
    left = page.replace("http://www.w3.org/2000/svg", "").replace(
        "http://www.w3.org/1999/xlink", ""
    )
    assert "http" not in left
    assert len(page) < 500_000


def test_a_networks_own_loss_is_lowest_near_the_end_and_the_same_for_any_jobs():
    report = api.loss_surface(small("training.epochs=20"), jobs=1)
    paths = one_of(report, Paths)
    (walk,) = paths.paths
    assert (walk.x[-1], walk.y[-1]) == (0, 0)
    assert api.loss_surface(small("training.epochs=20"), jobs=3).evidence == report.evidence
    assert np.isfinite(paths.height).all()


def test_a_run_that_converges_before_its_last_update_is_no_interrupted_one():
    report = api.loss_surface(small("optimizer.name=bfgs", "training.epochs=2000"))
    assert not report.interrupted
    assert report.exit_code() == 0


def test_a_run_that_diverges_is_reported():
    changes = ("optimizer.name=sgd", "optimizer.learning_rate=1e30")
    report = api.loss_surface(small(*changes))
    assert "diverged at update" in report.headline
    assert report.exit_code() == 0


def test_weights_of_a_classifier_of_two_columns():
    report = api.weights(small())
    assert isinstance(report.evidence[0], Heatmap)
    assert one_of(report, Regions).labels == ("0", "1", "2")
    assert one_of(report, Curves).name == "singular values"
    table = next(piece for piece in report.evidence if piece.name.startswith("stretch"))
    assert [row[0] for row in table.rows][-2:] == ["layer 1 to layer 2", "layer 1 to output"]


def test_products_stretch_as_their_matrices_say():
    setup = small()
    layers = list(setup.trainable.fresh(0).weights().values())
    table = api.weights(setup, trained=False).evidence[3]
    expected = np.linalg.svd(np.linalg.multi_dot(layers).astype(float), compute_uv=False)
    assert table.rows[-1][1:3] == pytest.approx((expected[0], expected[-1]), rel=1e-5)
    square = np.abs(np.linalg.eigvals(layers[1].astype(float))).max()
    assert table.rows[1][5] == pytest.approx(square)


def test_columns_of_digits_form_an_image():
    setup = api.load_setup(ROOT / "recipes" / "digits.toml", set=SMALL)
    report = api.weights(setup, trained=False)
    pictures = one_of(report, Pictures)
    w = next(iter(setup.trainable.fresh(0).weights().values()))
    assert np.allclose(pictures.pictures[2].pixels, w[:, 2].reshape(8, 8))
    assert image_shape([f"price_{i}" if i else "rent" for i in range(64)], 64) is None
    coloured = units_shown("w", np.arange(3072.0)[:, None], (32, 32, 3), (), "")
    assert [plane[0][0] for plane in coloured.pictures[0].colours] == [0, 1024, 2048]


def test_weights_of_a_saved_network(tmp_path):
    path = tmp_path / "net.npz"
    api.train(small(), save=path)
    assert api.is_model(path)
    assert not api.is_model(SPIRAL)
    report = api.weights(load_model(path))
    assert names(report)[0] == "weights of the first layer"
    assert report.exit_code() == 0
    assert report.argument == str(path)


def test_separation_is_large_for_clusters_and_small_by_chance():
    rng = np.random.default_rng(0)
    groups = np.repeat([0, 1, 2], 50)
    values = rng.normal(size=(150, 4)) + 5.0 * groups[:, None]
    assert separation(values, groups) > 10
    assert by_chance(values, groups, 0) < 0.1
    assert np.isnan(separation(np.ones((4, 2)), np.array([0, 0, 1, 1])))


def test_a_row_shows_every_number_of_a_small_network():
    report = api.backprop(small("model.hidden=[3]"), row=7)
    assert names(report) == [
        "layer by layer",
        "layer 1: units",
        "layer 1: dL/dW",
        "output: units",
        "output: dL/dW",
    ]
    assert report.headline.startswith("loss of row 7: ")
    assert names(api.backprop(small("model.hidden=[50]"), row=7, updates=3))[1] == (
        "layer 1: largest of dL/dW"
    )


def test_a_row_that_is_held_out_is_refused():
    setup = small()
    out = next(row for row in range(1, 300) if row not in setup.rows)
    with pytest.raises(UsageError, match=f"row {out} is no training row"):
        api.backprop(setup, row=out)


def test_predictions_of_a_whole_run_are_drawn_in_the_units_of_the_data():
    changes = ["training.epochs=2", "data.preprocess.target=standardize"]
    setup = api.load_setup(DIABETES, "progression", set=changes)
    run = whole_run("as it is", setup, 60.0, Watch())
    (drawn,) = (one for one in figures([run]) if isinstance(one, Scatter))
    assert (drawn.name, drawn.identity) == ("predicted against true, as it is", True)
    assert (drawn.x_label, drawn.y_label) == ("true progression", "predicted progression")
    truth = setup.target.invert(setup.validation.y)[:, 0]
    assert drawn.x == pytest.approx(truth, rel=1e-4)
    assert 25 < min(drawn.x) < max(drawn.x) < 347
