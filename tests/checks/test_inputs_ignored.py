"""ND809 judges a share of inputs that reach no output."""

from dataclasses import fields
from typing import Any

import pytest

from nndoctor.checks.own_code.deaf_inputs import DeafInputs
from nndoctor.findings import Status
from nndoctor.owncode import OwnCode


def seen(**facts: Any) -> OwnCode:
    return OwnCode(**{one.name: facts.get(one.name) for one in fields(OwnCode)})


@pytest.mark.parametrize(
    ("share", "status", "said"),
    [
        (0.0, Status.OK, "all inputs reach the outputs"),
        (0.1, Status.OK, "90% of the inputs reach the outputs"),
        (0.3, Status.WARNING, "30% of the inputs do not reach any output"),
    ],
)
def test_what_is_said_is_the_share_that_was_measured(share, status, said):
    found = DeafInputs().judge(seen(deaf_share=share, deaf=(), constant=False))
    assert found.status is status
    assert said in found.message
    assert "at most 20%" in found.threshold
