"""What a comparison has found so far: kept when the user stops it half-way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..findings import Evidence
from ..watch import Interrupted
from .contest import Contest
from .tables import answer, cost_table, curves, score_table


@dataclass
class Page:
    """Evidence in its order, the answers in words, and whether every set-up was lost somewhere."""

    evidence: list[Evidence] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    lost: bool = False

    def show(self, *pieces: Evidence) -> None:
        """One more table or curve."""
        self.evidence += pieces

    def say(self, sentence: str) -> None:
        """One more answer."""
        self.answers.append(sentence)

    def contest(
        self, held: Contest, name: str = "", drawn: bool = True, costs: bool = True
    ) -> None:
        """Scores, costs, curves and the answer; raises Interrupted where it was cut short."""
        of = f", {name}" if name else ""
        pieces: Sequence[Evidence] = [score_table(held, f"scores{of}")]
        pieces = [*pieces, *([cost_table(held, f"cost{of}")] if costs else [])]
        self.show(*pieces, *(curves(held, f"loss on training batches{of}") if drawn else ()))
        self.say(f"{name}: {answer(held)}" if name else answer(held))
        self.lost |= held.standings[0].broken > 0
        if held.cut:
            raise Interrupted
