"""An input that no output depends on."""

from .cause import Cause

CAUSE = Cause(
    name="input_ignored",
    group="network",
    prior=0.2,
    title="an input that is not used",
    what="The forward method overlooks one of its inputs, or argmax or rounding cuts it off.",
    shows="The network learns what the other inputs tell, and no more.",
    proof="a check takes the gradient of the outputs by each input; nothing is retrained",
    treatment="use every input in forward, or do not pass it",
    source="Karpathy 2019, A Recipe for Training Neural Networks",
    contradiction=True,
    in_reference=True,
)
