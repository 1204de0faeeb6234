"""Training and held-out rows differ."""

from .cause import Cause

CAUSE = Cause(
    name="train_test_mismatch",
    group="inputs",
    prior=0.3,
    title="training and held-out rows differ",
    what="The two parts come from different distributions.",
    shows="Good on training rows, bad on held-out rows.",
    proof="a check measures it; nothing is retrained",
    treatment="split at random, unless later rows or other groups are what counts; scale both "
    "parts with the training rows' statistics",
    source="Ng 2018, Machine Learning Yearning",
    data_alone=True,
)
