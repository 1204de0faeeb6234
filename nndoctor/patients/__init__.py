"""Set-ups that come with nndoctor, each with its data: one fault in each, and a healthy one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..spelling import did_you_mean

FOLDER = Path(__file__).parent
ORDER = (
    "raw-inputs",
    "rate-too-high",
    "unscaled-target",
    "vanishing-gradient",
    "same-weights",
    "healthy",
)


@dataclass(frozen=True)
class Patient:
    """A recipe by its name; `story` is one sentence, its first comment."""

    name: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / f"{self.name}.toml"

    @property
    def text(self) -> str:
        """The recipe."""
        return self.path.read_text(encoding="utf-8")

    @property
    def title(self) -> str:
        """What it shows, in a few words."""
        return str(self._written["title"])

    @property
    def _written(self) -> dict[str, Any]:
        import tomllib  # every command knows the names; few need more

        return tomllib.loads(self.text)

    @property
    def story(self) -> str:
        """What one sees of it."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def data(self) -> Path | None:
        """The table it is trained on; None for a generator."""
        written = self._written["data"].get("path")
        return None if written is None else FOLDER / str(written)


PATIENTS = {name: Patient(name) for name in ORDER}


def patient(name: str) -> Patient:
    """One of them. Raises UsageError."""
    if name not in PATIENTS:
        hint = did_you_mean(name, PATIENTS) or "nndoctor recipes lists them"
        raise UsageError(f"no recipe named {name!r} comes with nndoctor", hint)
    return PATIENTS[name]
