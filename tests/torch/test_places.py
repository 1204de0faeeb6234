"""One class for each place: of the words of a sentence, of the pixels of an image."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import nndoctor as nd  # noqa: E402
from nndoctor.diagnosis import interventions as kinds  # noqa: E402
from nndoctor.diagnosis.subject import Part, Refused  # noqa: E402
from nndoctor.errors import DataError  # noqa: E402
from nndoctor.findings import Status  # noqa: E402
from nndoctor.scores import score  # noqa: E402
from nndoctor.subjects.scoring import matthews  # noqa: E402
from nndoctor.subjects.torch.subject import TorchSubject  # noqa: E402

from .setups import HEALTHY, Pixels, Tagger, cross_entropy, masks, of_each_word, tags  # noqa: E402


def by_own_loss():
    return cross_entropy(lambda: Tagger(last=True), tags(), loss=of_each_word)


SETUPS = {"tags": HEALTHY["tags"], "pixels": HEALTHY["pixels"], "a loss of one's own": by_own_loss}


def told(report):
    return {finding.code: finding for finding in report.findings}


@pytest.mark.parametrize("name", SETUPS)
def test_the_score_is_the_share_of_places_that_are_right(name):
    setup = SETUPS[name]()
    start = setup.trainable.fresh(0)
    inputs, targets = start.unpacked(setup.train)
    with torch.no_grad():
        out = start.model(inputs)
    answers = out.argmax(dim=-1 if name == "a loss of one's own" else 1)
    loss, outputs = start.evaluate(setup.train)
    assert score(setup.trainable.task, outputs, setup.train) == pytest.approx(
        float((answers == targets).double().mean())
    )
    classes = -1 if name == "a loss of one's own" else 1
    each = functional.cross_entropy(out.movedim(classes, -1).flatten(0, -2), targets.flatten())
    assert loss == pytest.approx(float(each), rel=1e-5)


@pytest.mark.parametrize("name", SETUPS)
def test_commands_take_it_from_the_first_loss_to_a_whole_run(name):
    setup = SETUPS[name]()
    known = name != "a loss of one's own"
    assert told(nd.check_loss(setup))["ND301"].status is (Status.OK if known else Status.SKIP)
    trained = nd.train(setup)
    assert "places of a row" in " ".join(trained.words)
    against = told(nd.baselines(setup))["ND403"]
    assert against.status is not Status.BROKEN
    assert "share of wrong labels" in against.message
    loud = [f for f in nd.setup_report(setup).findings if f.status.severity > Status.OK.severity]
    assert not loud


def test_a_loss_that_adds_up_is_shown_as_its_mean_over_places():
    mean, summed = (
        cross_entropy(Tagger, tags(), loss=nn.CrossEntropyLoss(reduction=how))
        for how in ("mean", "sum")
    )
    one, other = (setup.trainable.fresh(0).loss(setup.train) for setup in (mean, summed))
    assert one == pytest.approx(other)


def test_a_diagnosis_judges_places_and_mends_what_comes_before_the_loss():
    class Twice(Pixels):
        def forward(self, x):
            return super().forward(x).softmax(dim=1)

    sick = cross_entropy(Twice, masks())
    assert told(nd.setup_report(sick))["ND804"].status is Status.ERROR
    given = TorchSubject.of(sick)
    logits = given.apply(kinds.FitOutputActivation("double_softmax"))
    assert not isinstance(logits, Refused)
    run = logits.run(0, Part.SEARCH)
    assert 0 <= run.score <= 1
    rows = given.rows(0, Part.SEARCH)
    assert rows.y.shape[1] == 36
    assert given.agreement(rows.y, rows.y) == 1
    columns = [matthews(t, 1 - t) for t in rows.y.T if t.min() < t.max()]
    assert np.mean(columns) == -1
    assert given.agreement(rows.y, 1 - rows.y) == 0


def test_places_that_a_loss_ignores_are_said():
    x, y = tags()
    y[:, -1] = -100
    with pytest.raises(DataError, match="-100"):
        cross_entropy(Tagger, (x, y))
