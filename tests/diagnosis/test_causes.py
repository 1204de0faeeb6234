"""The vocabulary."""

from nndoctor.checks import CHECKS
from nndoctor.diagnosis.causes import CAUSES


def test_every_cause_says_everything():
    for name, cause in CAUSES.items():
        assert name == cause.name
        assert all(
            (cause.group, cause.title, cause.what, cause.shows, cause.proof, cause.treatment)
        )  # fmt: skip
        assert cause.source
        assert 0 < cause.prior < 1


def test_causes_of_a_group_stand_together():
    groups = [cause.group for cause in CAUSES.values()]
    assert groups == sorted(groups, key=groups.index)
    assert len(set(groups)) == 6


def test_there_are_checks_to_suspect_causes():
    assert {"ND104", "ND201"} <= set(CHECKS)
