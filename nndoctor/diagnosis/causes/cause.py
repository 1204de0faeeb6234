"""A root cause: one record, in a file of its own, that everything else is derived from."""

from dataclasses import dataclass

from ..interventions import Intervention


@dataclass(frozen=True)
class Cause:
    """A root cause; its name is stable, the texts are for people.

    `prior` in 0..1 orders equal evidence: how often the literature reports it, in the order of the
    fault kinds in Humbatova et al. 2020, arXiv:1910.11015. `component`: the part of a set-up that
    it sits in, None for what only the data have. `ladder`: interventions that would remove it, the
    mildest first. `opposite`: a cause that it excludes.

    `contradiction`: an error of the set-up means that training can't do what it is for.
    `stated_contradiction`: that it applies is such an error already. `meaningless`: whatever score
    is reached then says nothing. `universal`: its intervention helps many set-ups whatever is
    wrong; `last_resort`: so much that it is tried last. `slows`: it keeps parameters where they
    are. `data_alone`: measured on the rows, training would not show it. `symptom`: it names what a
    layer shows and not what lies behind. `observable`: a run shows it, so that where none did its
    intervention helped against something else. `fickle`: it spoils some seeds and not others.
    `beside_training`: a warning of the set-up shows it, no training would. `in_reference`: the
    reference has it too, so that to be as good as that says nothing. `fatal`: no training gets past
    it, so that it comes before whatever else helps.
    """

    name: str
    group: str
    prior: float
    title: str
    what: str
    shows: str
    proof: str
    treatment: str
    source: str
    component: str | None = None
    ladder: tuple[Intervention, ...] = ()
    opposite: str = ""
    contradiction: bool = False
    stated_contradiction: bool = False
    meaningless: bool = False
    in_reference: bool = False
    universal: bool = False
    last_resort: bool = False
    slows: bool = False
    data_alone: bool = False
    symptom: bool = False
    observable: bool = False
    fickle: bool = False
    beside_training: bool = False
    fatal: bool = False

    @property
    def incomparable(self) -> bool:
        """Whether to be as good as the reference says nothing."""
        return self.meaningless or self.in_reference
