"""Lines of one's own code: the cure, and besides it all that certainly contradicts itself."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from nndoctor.api import checkup, checkup_report, torch_template  # noqa: E402
from nndoctor.api.own_lines import own_lines  # noqa: E402
from nndoctor.api.torch_words import in_pytorch  # noqa: E402
from nndoctor.diagnosis.diagnosis import Diagnosis  # noqa: E402
from nndoctor.diagnosis.records import Gain, NamedCause, Side  # noqa: E402
from nndoctor.diagnosis.status import Status as Known  # noqa: E402
from nndoctor.diagnosis.subject import Refused  # noqa: E402
from nndoctor.diagnosis.telling import outlook  # noqa: E402
from nndoctor.findings import Finding, Status, Verdict  # noqa: E402

from .setups import classes, cross_entropy  # noqa: E402
from .test_checkup import patient as patient  # noqa: E402

LINE = "all of model.parameters() in the optimizer"


def head_left_out(rate):
    """The optimizer is made before the head is replaced."""
    model = nn.Sequential(
        nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 9)
    )
    held = torch.optim.Adam(model.parameters(), lr=rate)
    model[4] = nn.Linear(64, 4)
    return cross_entropy(model, classes(200), epochs=12, optimizer=held)


def test_a_healthy_one_is_told_what_contradicts_itself_before_it_is_trained():
    setup = head_left_out(0.01)
    told = checkup(setup, budget=4)
    assert told.verdict is Verdict.HEALTHY
    assert told.code == ("# certain: parameters not in the optimizer", LINE)
    assert checkup_report(setup, told).next_step.startswith("the lines above in your code")


def test_what_is_certain_stands_once_in_or_below_the_cure():
    told = checkup(head_left_out(1e-5), budget=4)
    assert told.verdict is Verdict.SICK
    assert told.code.count(LINE) == 1
    assert any(line.startswith(("lr = ", "optimizer = ")) for line in told.code)


SIDE = Side(0.0, 0.0, 1.0, (0.0,))
TWICE = NamedCause(
    "double_softmax", Known.CERTAIN, "contradiction", findings=("ND804",), advice="usually"
)
SEEN = Finding("ND804", "", Status.ERROR, "softmax twice", advice="remove the last softmax")


def lines(change, cause=TWICE, prescription=(), trained=SIDE, findings=(SEEN,)):
    """Of a subject whose changes are all the same, or refused."""
    subject = SimpleNamespace(
        apply=lambda one: SimpleNamespace(change=change) if change else Refused("it can't be"),
        given=SimpleNamespace(names={}),
    )
    told = Diagnosis(
        Verdict.SICK,
        "",
        causes=(cause,),
        prescription=dict(prescription),
        trained=trained,
        findings=findings,
    )
    return own_lines(subject, told)


def test_what_is_certain_has_its_change_else_the_advice_of_what_shows_it():
    heading = "# certain: softmax or sigmoid twice"
    assert lines({"without the softmax": ""}) == (heading, "without the softmax")
    assert lines({}) == (heading, "remove the last softmax")
    assert lines({}, findings=()) == (heading, "usually")


def test_what_the_cure_sets_another_way_is_not_said_below_it():
    cure = {"loss": "nn.NLLLoss()"}
    assert lines({"loss": "nn.CrossEntropyLoss()"}, prescription=cure) == ("loss = nn.NLLLoss()",)
    beside = lines({"without the softmax": ""}, prescription=cure)
    assert beside[1].startswith("# certain as well, not in what was measured: ")


@pytest.mark.parametrize(
    "given",
    [
        {"trained": None},
        {"cause": replace(TWICE, status=Known.SUSPECTED, proof="")},
        {"cause": replace(TWICE, proof="data")},
    ],
)
def test_nothing_is_said_of_what_was_not_trained_and_of_what_is_not_certain_of_the_code(given):
    assert lines({"without the softmax": ""}, **given) == ()


def test_the_template_is_healthy_as_it_stands(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(torch_template(), encoding="utf-8")
    assert checkup(f"{path}:setup").verdict is Verdict.HEALTHY


def test_a_set_up_that_no_heading_names_is_the_change_above():
    side, gain = Side(0.0, 0.0, 1.0, (0.0,)), Gain(0.5, 0.4, 0.6)
    told = Diagnosis(
        Verdict.SICK, "", before=side, after=side, trained=side, cure_gain=gain, replaced=True
    )
    assert "by the change above" in "".join(outlook(told))


def test_a_rate_to_be_set_is_a_line_of_code():
    assert in_pytorch("--set optimizer.learning_rate=0.0032") == "lr = 0.0032 in your code"
