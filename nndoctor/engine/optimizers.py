"""Optimizers: the table of update rules (`steps.py`), each with its settings and its source.

Rate, schedule, penalties, clipping, weight decay and averages are common stages around them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import RecipeError
from . import steps
from .adafactor import adafactor
from .jit import matrix, pointer, vector


@dataclass(frozen=True)
class Setting:
    """One number an optimizer takes: its default and its permitted range (ends included).

    A range of one number is no choice: the name of the optimizer says it.
    """

    name: str
    default: float
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Optimizer:
    """One optimizer; `slots`: how many vectors [P] it remembers.

    `decoupled`: weight decay shrinks theta beside the step (Loshchilov & Hutter 2019,
    arXiv:1711.05101) and is not added to the gradient.
    """

    name: str
    step: Callable[..., None]
    settings: tuple[Setting, ...]
    slots: int
    source: str
    decoupled: bool = False

    def pack(self, given: Mapping[str, float]) -> np.ndarray:
        """The settings in the kernel's order, defaults filled in; a strange one is an error."""
        known = {setting.name: setting for setting in self.settings}
        for name, value in given.items():
            if name not in known:
                raise RecipeError(
                    f"optimizer {self.name!r} has no setting {name!r}",
                    f"it takes: {', '.join(known) or 'none'}",
                )
            if not known[name].low <= value <= known[name].high:
                raise RecipeError(
                    f"optimizer.{name} is {value}",
                    f"expected {known[name].low:g} to {known[name].high:g}",
                )
        return np.array([given.get(s.name, s.default) for s in self.settings], np.float64)

    def pointer(self, dtype: np.dtype) -> int:
        """The address of the step, compiled for this dtype."""
        v, count = vector(dtype), vector(np.int64).dtype
        settings, arrays = vector(np.float64), matrix(np.int64)
        return pointer(self.step, v, v, matrix(dtype), settings, count, v.dtype, arrays)


def _says(name: str, value: float) -> Setting:
    return Setting(name, value, low=value, high=value)


def _eps(default: float, name: str = "eps") -> Setting:
    return Setting(name, default, high=np.inf)


_MEANS = (Setting("beta1", 0.9), Setting("beta2", 0.999), _eps(1e-8))
_HAT, _INSIDE = Setting("eps_hat", 0.0), Setting("eps_inside", 0.0)
_ADAM = (*_MEANS, Setting("bias_correction", 1.0), _HAT)
_RISE = (Setting("momentum_start", 0.5), Setting("momentum_rise", 0.0, high=np.inf))
_VELOCITY = (
    "Polyak 1964 and Nesterov 1983 in the form of Sutskever et al. 2013, as PyTorch writes it: "
    "the rate multiplies the velocity"
)

OPTIMIZERS = {
    unit.name: unit
    for unit in (
        Optimizer(
            "sgd", steps.velocity,
            (
                Setting("momentum", 0.0), Setting("nesterov", 0.0), Setting("dampening", 0.0),
                _says("rate_inside", 0.0), *_RISE,
            ),
            1,
            f"Robbins & Monro 1951; momentum: {_VELOCITY}",
        ),
        Optimizer(
            "momentum", steps.velocity,
            (
                Setting("momentum", 0.9), _says("nesterov", 0.0), _says("dampening", 0.0),
                Setting("rate_inside", 0.0), *_RISE,
            ),
            1,
            f"{_VELOCITY}; rate_inside: v = mu v + rate g as Sutskever and Keras have it, which "
            "differs while the rate changes",
        ),
        Optimizer(
            "nesterov", steps.velocity,
            (
                Setting("momentum", 0.9), _says("nesterov", 1.0), _says("dampening", 0.0),
                Setting("rate_inside", 0.0), *_RISE,
            ),
            1, _VELOCITY,
        ),
        Optimizer(
            "adagrad", steps.adagrad, (_eps(1e-10), _INSIDE), 1,
            "Duchi, Hazan & Singer 2011, JMLR 12; eps outside the root as in PyTorch, or inside as "
            "in Keras, whose sum starts at 0.1: eps_inside with eps = 0.1 + 1e-7",
        ),
        Optimizer(
            "adadelta", steps.adadelta, (Setting("rho", 0.9), _eps(1e-6)), 2,
            "Zeiler 2012, Algorithm 1, arXiv:1212.5701; defaults of PyTorch (Keras: rho 0.95)",
        ),
        Optimizer(
            "rmsprop", steps.rmsprop,
            (
                Setting("rho", 0.9), _eps(1e-8), Setting("momentum", 0.0),
                Setting("centered", 0.0), _INSIDE,
            ),
            3,
            "Tieleman & Hinton 2012, Coursera lecture 6.5; centered: Graves 2013, arXiv:1308.0850, "
            "eq. 38-41; defaults of Keras but for eps, which it has inside the root (PyTorch: "
            "rho 0.99)",
        ),
        Optimizer(
            "adam", steps.adam, _ADAM, 2, "Kingma & Ba 2015, Algorithm 1, arXiv:1412.6980; "
            "eps_hat: the form at the end of their section 2",
        ),
        Optimizer(
            "amsgrad", steps.amsgrad, (*_MEANS, _HAT), 3,
            "Reddi, Kale & Kumar 2018, Algorithm 2, arXiv:1904.09237; with Adam's bias correction, "
            "which the paper leaves out, as PyTorch has it",
        ),
        Optimizer(
            "adamax", steps.adamax, _MEANS, 2,
            "Kingma & Ba 2015, Algorithm 2, arXiv:1412.6980; eps, which the paper does not have, "
            "as in PyTorch",
        ),
        Optimizer(
            "nadam", steps.nadam,
            (*_MEANS, Setting("momentum_decay", 0.004, high=np.inf)), 3,
            "Dozat 2016, ICLR workshop, Algorithm 2, as PyTorch has it: m fades by beta1, where "
            "Dozat's fades by the scheduled mu_t; Keras has the schedule of momentum_decay 1",
        ),
        Optimizer(
            "radam", steps.radam, _MEANS, 2,
            "Liu et al. 2020, Algorithm 2, arXiv:1908.03265; eps beside sqrt(v) as in PyTorch",
        ),
        Optimizer(
            "adamw", steps.adam, _ADAM, 2,
            "Loshchilov & Hutter 2019, Algorithm 2, arXiv:1711.05101; as in PyTorch theta shrinks "
            "by rate * weight_decay",
            decoupled=True,
        ),
        Optimizer(
            "lion", steps.lion, (Setting("beta1", 0.9), Setting("beta2", 0.99)), 1,
            "Chen et al. 2023, Program 1, arXiv:2302.06675",
            decoupled=True,
        ),
        Optimizer(
            "rprop", steps.rprop, (), 2,
            "Riedmiller & Braun 1993, ICNN; without weight backtracking, iRprop- of Igel & Husken "
            "2000, as torch.optim.Rprop; for all rows at once: it compares signs from step to step",
        ),
        Optimizer(
            "adafactor", adafactor,
            (
                _eps(0.0, "eps1"), _eps(1e-3, "eps2"),
                Setting("clip_threshold", 1.0, low=1.0, high=np.inf),
                Setting("beta2_decay", -0.8, low=-1.0, high=0.0),
            ),
            1,
            "Shazeer & Stern 2018, Algorithms 4 to 6, arXiv:1804.04235, as torch.optim.Adafactor; "
            "eps1 bounds sqrt(v) there, 0: the precision of the dtype",
            decoupled=True,
        ),
    )
}  # fmt: skip
