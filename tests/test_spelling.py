"""What a mistyped name was probably meant to be."""

from pathlib import Path

import pytest

from nndoctor.spelling import similar_files


@pytest.mark.parametrize(
    ("name", "there", "near"),
    [
        ("digit.csv", ["digits.csv", "notes.txt"], "digits.csv"),
        ("digits.cvs", ["digits.csv"], "digits.csv"),
        ("nope.csv", ["p.csv"], ""),  # only the ending is alike
    ],
)
def test_files_are_alike_by_what_stands_before_the_ending(name, there, near):
    said = similar_files(Path("rows") / name, iter(there))
    assert said == (f"did you mean {Path('rows') / near}?" if near else "")
