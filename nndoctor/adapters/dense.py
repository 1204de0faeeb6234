"""One dense layer of a stack, everything stated."""

from dataclasses import dataclass, field
from typing import Literal

from ..engine.activations import ACTIVATIONS
from ..engine.initializers import INITIALIZERS


@dataclass(frozen=True)
class Unit:
    """A named choice with its settings, such as leaky_relu(0.1) or normal(0, 0.01)."""

    name: str
    settings: tuple[float, ...] = ()


@dataclass(frozen=True)
class Dense:
    """One dense layer, everything stated; without `linear` it only normalises its inputs.

    `norm`: a name of the engine's NORMALIZATIONS, or "". `scale_at_test`: vanilla dropout, which
    scales at test time instead of in training. `lq` adds lq * sum of |W|^q.
    `gain` multiplies W, "activation": by that of its own. `rate_scale` multiplies its steps.
    `norm_settings`: those of the norm, in the engine's order, its defaults where there are none.
    `weight_norm`: the length and the direction of each column of W are learnt apart; by "data",
    lengths and biases start from a sample of the rows.
    """

    units: int
    activation: Unit
    init: Unit
    bias: bool = True
    bias_init: Unit = field(default_factory=lambda: Unit("zeros"))
    dropout: float = 0.0
    scale_at_test: bool = False
    norm: str = ""
    norm_settings: tuple[float, ...] = ()
    l1: float = 0.0
    l2: float = 0.0
    lq: float = 0.0
    q: float = 1.0
    linear: bool = True
    gain: float | Literal["activation"] = 1.0
    rate_scale: float = 1.0
    weight_norm: bool | Literal["data"] = False

    @property
    def fitted(self) -> bool:
        """Whether a sample of the rows decides the size of its first weights."""
        return INITIALIZERS[self.init.name].fit is not None or self.weight_norm == "data"

    @property
    def setting(self) -> float:
        """The activation's setting, its default where none is given."""
        defaults = tuple(default for _, default in ACTIVATIONS[self.activation.name].settings)
        return (self.activation.settings or defaults or (0.0,))[0]
