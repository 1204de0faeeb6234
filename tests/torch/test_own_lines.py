"""Lines of one's own code: the cure, and besides it all that certainly contradicts itself."""

import pytest

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from nndoctor.api import checkup, checkup_report, torch_template  # noqa: E402
from nndoctor.api.torch_words import in_pytorch  # noqa: E402
from nndoctor.diagnosis.diagnosis import Diagnosis  # noqa: E402
from nndoctor.diagnosis.records import Gain, Side  # noqa: E402
from nndoctor.diagnosis.telling import outlook  # noqa: E402
from nndoctor.findings import Verdict  # noqa: E402

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
    assert told.code == ("# certain as well: parameters not in the optimizer", LINE)
    assert checkup_report(setup, told).next_step.startswith("the lines above in your code")


def test_what_is_certain_stands_once_in_or_below_the_cure():
    told = checkup(head_left_out(1e-5), budget=4)
    assert told.verdict is Verdict.SICK
    assert told.code.count(LINE) == 1
    assert any(line.startswith(("lr = ", "optimizer = ")) for line in told.code)


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
