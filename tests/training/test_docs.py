from pathlib import Path

import pytest

from nndoctor.training import Ending

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "training.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_is_in_the_table(ending):
    goes_on = "yes" if ending.can_go_on else "with more epochs"
    goes_on = goes_on if ending.can_go_on or ending is Ending.COMPLETED else "no"
    assert f"| `{ending}` | {ending.sentence} | {goes_on} |" in PAGE
