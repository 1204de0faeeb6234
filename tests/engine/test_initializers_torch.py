"""What we draw against what PyTorch draws, by the distance of the two samples' distributions."""

import numpy as np
import pytest
from scipy import stats

from .helpers import Unit, mlp

pytestmark = pytest.mark.torch
init = pytest.importorskip("torch").nn.init
torch = pytest.importorskip("torch")

# our name: our settings, what PyTorch does to a weight [out, in]
CASES = {
    "normal": ((0.5, 2.0), lambda w: init.normal_(w, 0.5, 2.0)),
    "truncated_normal": ((0.5, 2.0), lambda w: init.trunc_normal_(w, 0.5, 2.0, -3.5, 4.5)),
    "uniform": ((-1.0, 3.0), lambda w: init.uniform_(w, -1.0, 3.0)),
    "xavier": ((), lambda w: init.kaiming_normal_(w, nonlinearity="linear")),
    "glorot_normal": ((), init.xavier_normal_),
    "glorot_uniform": ((), init.xavier_uniform_),
    "he_normal": ((), lambda w: init.kaiming_normal_(w, nonlinearity="relu")),
    "he_uniform": ((), lambda w: init.kaiming_uniform_(w, nonlinearity="relu")),
    "lecun_normal": ((), lambda w: init.kaiming_normal_(w, nonlinearity="linear")),
    "lecun_uniform": ((), lambda w: init.kaiming_uniform_(w, nonlinearity="linear")),
    "orthogonal": ((), init.orthogonal_),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("widths", [(90, 200), (200, 90)])
def test_both_draw_the_same_distribution(name, widths):
    settings, fill = CASES[name]
    setup = mlp([*widths, 2], layer={"init": Unit(name, settings)})
    ours = setup.layout.weights(setup.initial(1))[0].ravel()
    weight = torch.empty(widths[::-1], dtype=torch.float64)
    torch.manual_seed(1)
    theirs = fill(weight).numpy().ravel()
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-3
    assert stats.ks_2samp(1.15 * ours, theirs).pvalue < 1e-3


@pytest.mark.parametrize("widths", [(8, 8), (12, 5), (5, 12)])
def test_orthogonal_ones_are_alike_as_matrices(widths):
    """By the trace of a corner, which tells the sign convention of a QR from a uniform turn."""
    layer = {"init": Unit("orthogonal")}
    setup, n = mlp([*widths, 2], layer=layer), min(widths)
    ours = [np.trace(setup.layout.weights(setup.initial(i))[0][:n, :n]) for i in range(600)]
    torch.manual_seed(0)
    empty = [torch.empty(widths[::-1], dtype=torch.float64) for _ in range(600)]
    theirs = [float(init.orthogonal_(one)[:n, :n].trace()) for one in empty]
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-3
