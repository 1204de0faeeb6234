"""ND811: does the model do in evaluation what it does in training?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class EvaluationGap(OwnCodeCheck):
    """## What it does
    After a few updates, compares the loss on the same rows in training mode and in evaluation
    mode.

    ## Why it matters
    Where only the training mode is any good, validation and use are not: averages of batch norm
    that do not follow, dropout scaled by hand, or two paths in the forward method.

    ## What to do
    Batch norm: the usual momentum of 0.1, batches of 8 rows and more, or group norm. Look at what
    depends on self.training.

    ## Source
    Ioffe & Szegedy 2015, arXiv:1502.03167, section 3.1; PyTorch documentation, BatchNorm1d.
    """

    code: str = "ND811"
    name: str = "evaluation-gap"

    times: float = 2.0  # innocent lags of running means stay below after 30 updates

    def judge(self, seen: OwnCode) -> Finding:
        """A warning where evaluation is worse than the start though training is not."""
        facts = {
            "measured": seen.test_loss,
            "expected": seen.train_loss,
            "threshold": f"at most {self.times:g} times the loss in training mode and that of "
            "the start",
        }
        both = f"loss {seen.train_loss:.3g} in training mode, {seen.test_loss:.3g} in evaluation"
        if seen.bad_step is not None:
            return self.skip("training broke")
        most = self.times * max(abs(seen.train_loss), abs(seen.start_loss))
        if seen.test_loss <= most:
            return self.finding(Status.OK, both, **facts)
        return self.finding(
            Status.WARNING,
            f"{both}, {seen.start_loss:.3g} before training",
            **facts,
            advice="look at batch norm (momentum, small batches) and at what depends on "
            "self.training",
        )
