"""Changes of the module: activations and first weights."""

import math

import torch

from ...adapters.torch import changing
from ...adapters.torch.activations import exchanged, exchanged_after
from ...adapters.torch.configuration import Parts
from ...adapters.torch.dropouts import nothing_dropped
from ...adapters.torch.modules import dropping
from ...diagnosis.subject import Refused
from .edit import Answer, Edit
from .look import Look

KINDS = {
    "unfit": {"sigmoid", "hard_sigmoid"},
    "relu": {"relu"},
    "saturating": {"sigmoid", "hard_sigmoid", "tanh", "hard_tanh"},
}
NAMED = {"unfit": "sigmoid, softmax or exponential", "saturating": "saturating", "relu": "ReLU"}
BY = {
    "relu": ("nn.ReLU()", torch.relu),
    "leaky_relu": ("nn.LeakyReLU()", torch.nn.functional.leaky_relu),
}
OFF = 2.0  # times He's deviation, or part of PyTorch's own
EQUAL = 1e-12  # deviation of weights that are all the same
REDRAWN = "for m in model.modules(): getattr(m, 'reset_parameters', lambda: None)()"


def activation_by(look: Look, which: str, by: str) -> Answer:
    """Another activation in hidden layers of a kind."""
    name = by.partition("(")[0]
    if name not in BY:
        return Refused(f"{by} is not tried on PyTorch set-ups")
    line, function = BY[name]
    topic = f"activation {which}"  # one after another: sigmoid to ReLU, and that to leaky ReLU
    if which == "linear":
        if not look.bare:
            return Refused("no layer goes straight into the next")
        told = f"{line} after {', '.join(look.bare[:3])}" + " and others" * (len(look.bare) > 3)
        return (Edit(topic, "activation", told, change=changing.activated(look.bare)),)
    found = [one for one in look.calls.hidden if one in KINDS[which]]
    squashed = look.squashed if which == "unfit" else {}
    if not found and not squashed:
        return Refused(f"no hidden layer has a {NAMED[which]} activation")
    old = " and ".join(dict.fromkeys([*found, *squashed.values()]))
    by_name = exchanged(dict.fromkeys(KINDS[which], function), look.calls)
    behind = exchanged_after(squashed, function)

    def change(parts: Parts) -> None:
        by_name(parts)
        behind(parts)

    return (Edit(topic, "activation", f"{line} in place of {old} in hidden layers", change=change),)


def without_dropout(look: Look) -> Answer:
    """All units in each update."""
    if not dropping(look.model.model) and not look.drops_training:
        return Refused("nothing drops units")
    change = nothing_dropped()
    return (Edit("dropout", "dropout", "p", "0  # of all dropout", change),)


def no_dropout_in_evaluation(look: Look) -> Answer:
    """All units in each answer."""
    if not look.drops_in_evaluation:
        return Refused("nothing drops units in evaluation mode")
    line = "F.dropout(..., training=self.training)"
    change = nothing_dropped(evaluation_only=True)
    return (Edit("dropout in evaluation", "dropout", line, change=change),)


def redrawn(look: Look, which: str) -> Answer:
    """First weights as PyTorch draws them where those that are there are constant, large, small."""
    drawn = look.drawn()
    constant = [name for name, std, _ in drawn[:-1] if not std > EQUAL]
    if which == "constant":
        wrong = constant
    elif constant:
        return Refused("first weights are all equal, which comes before their size")
    elif which == "large":
        wrong = [name for name, std, inputs in drawn if std > OFF * math.sqrt(2 / inputs)]
    else:
        wrong = [n for n, std, inputs in drawn[:-1] if std < math.sqrt(1 / (3 * inputs)) / OFF]
    if not wrong:
        return Refused(f"no first weights are {which}")
    return (Edit("weights", "weights", REDRAWN, change=changing.redrawn),)


def unbiased(look: Look) -> Answer:
    """Biases of zero in the hidden layers that start from negative ones."""
    shut = look.shut()
    if not shut:
        return Refused("no hidden layer starts from negative biases alone")
    line = f"nn.init.zeros_(layer.bias)  # of {', '.join(shut[:3])}"
    return (Edit("biases", "weights", line, change=changing.biases_of_zero(shut)),)
