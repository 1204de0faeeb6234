"""ND307: initialisers side by side."""

from nndoctor.checks.layers import UNTRAINED_LAYERS
from nndoctor.checks.layers.comparison import InitComparison
from nndoctor.findings import Status

from .fakes import layer, stack

SOUND = stack(layer(), layer("layer 2"))
FADED = stack(layer(), layer("layer 2", 1e-4))
GROWN = stack(layer(), layer("layer 2", 1e4))


def test_those_that_keep_signals_alive_are_named():
    seen = {"he_normal": SOUND, "normal(0,0.01)": FADED, "xavier": SOUND}
    found = InitComparison().judge(seen, UNTRAINED_LAYERS)
    assert (found.code, found.status) == ("ND307", Status.OK)
    assert found.message.endswith("he_normal, xavier")


def test_where_none_does_it_warns_and_says_why_of_each():
    found = InitComparison().judge({"small": FADED, "large": GROWN}, UNTRAINED_LAYERS)
    assert found.status is Status.WARNING
    verdicts = {row[0]: row for row in found.evidence[-1].rows}
    assert verdicts["small"][1] is Status.ERROR
    assert "collapsed-activations" in verdicts["small"][2]
    assert "exploding-activations" in verdicts["large"][2]


def test_each_table_has_a_column_an_initialiser_and_a_row_a_layer():
    found = InitComparison().judge({"a": SOUND, "b": GROWN}, UNTRAINED_LAYERS)
    spread = found.evidence[0]
    assert spread.columns == ("layer", "a", "b")
    assert spread.rows[1] == ("layer 2", 1.0, 1e4)
    zeros = found.evidence[1]
    assert zeros.rows[0] == ("layer 1", "50.0%", "50.0%")
