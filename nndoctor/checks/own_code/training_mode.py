"""ND807: are dropout and batch norm on where they train, and quiet elsewhere?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck, listed


@dataclass(frozen=True)
class TrainingMode(OwnCodeCheck):
    """## What it does
    Looks in which mode dropout and batch norm are given, and runs the same rows twice in
    evaluation mode: the outputs must be the same.

    ## Why it matters
    In evaluation mode dropout does nothing and batch norm uses averages that were never gathered.
    Dropout that is not told of the mode makes every prediction random.

    ## What to do
    model.train() before training and model.eval() before evaluation; F.dropout(x,
    training=self.training).

    ## Source
    PyTorch documentation, Module.train.
    """

    code: str = "ND807"
    name: str = "training-mode"

    noise: float = 1e-4  # rounding in float32 stays below

    def judge(self, seen: OwnCode) -> Finding:
        """A warning either way; a frozen batch norm may be meant."""
        facts = {"measured": seen.noise, "threshold": f"changes below {self.noise:g} of the spread"}
        if not seen.noise <= self.noise:
            return self.finding(
                Status.WARNING,
                "the same rows are answered differently in evaluation mode: "
                f"outputs change by {seen.noise:.2g} of their spread",
                **facts,
                suggests=("dropout_in_evaluation",) if seen.drops else (),
                advice="F.dropout(x, training=self.training); no random numbers in evaluation",
            )
        if seen.evaluating:
            told = (
                f"{len(seen.evaluating)} of {seen.mode_dependent} modules of dropout and batch "
                f"norm are trained in evaluation mode: {listed(list(seen.evaluating))}"
            )
            every = len(seen.evaluating) == seen.mode_dependent
            return self.finding(
                Status.WARNING if every else Status.NOTE,
                told,
                **facts,
                suggests=("eval_mode_in_training",),
                advice="model.train() before training, unless they are frozen on purpose",
            )
        return self.finding(Status.OK, "training mode in training, quiet in evaluation", **facts)
