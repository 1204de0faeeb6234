"""Results that show themselves: in one line, as the terminal's report, in a notebook, as data."""

import io
import json
from base64 import b64encode
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ..diagnosis.diagnosis import DiagnosisReport
from ..findings import Report, Status
from ..report.document import render_json
from ..report.headline import headline
from ..report.terminal import render_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

WIDTH = 100


class Plots(list["Figure"]):
    """Figures, which a notebook shows one below another."""

    def _repr_html_(self) -> str:
        from ..report.figures import drawn

        images = (b64encode(drawn(one, "svg")).decode() for one in self)
        return "\n".join(f'<img src="data:image/svg+xml;base64,{one}">' for one in images)


class Shown:
    """What every result can do."""

    def __repr__(self) -> str:
        """The verdict and what speaks for it most, in one line."""
        report: Any = self
        return f"<{report.command}: {report.verdict.value}, {headline(report)}>"

    def __str__(self) -> str:
        """The report as the terminal shows it."""
        return render_text(self, _console(io.StringIO()))  # type: ignore[arg-type]

    def _repr_html_(self) -> str:
        """The page of `save_page` without recipe and environment, for notebooks."""
        from ..report.page import cell

        return cell(self)  # type: ignore[arg-type]

    def plot(self) -> "Plots":
        """The figures of the report, those of `save_plots`, as figures of matplotlib."""
        from ..report.figures import figures

        return Plots(figure for _, figure in figures(self))  # type: ignore[arg-type]

    def to_json(self) -> str:
        """The document for machines, as `--format json` writes it."""
        return render_json(self)  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, Any]:
        """The same as nested dicts and lists."""
        document: dict[str, Any] = json.loads(self.to_json())
        return document

    def to_frame(self) -> "pd.DataFrame":
        """One row a finding."""
        import pandas as pd

        report: Any = self
        columns = ("code", "name", "status", "message", "measured", "advice")
        rows = [
            tuple(str(v) if isinstance(v := getattr(one, name), Status) else v for name in columns)
            for one in report.findings
        ]
        return pd.DataFrame(rows, columns=list(columns))


class Result(Shown, Report):
    """A report that shows itself."""


class Examination(Shown, DiagnosisReport):
    """The result of a check-up: a report that has what its diagnosis has, such as `causes`."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "diagnosis":
            raise AttributeError(name)
        return getattr(self.diagnosis, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(self.diagnosis)})

    def __repr__(self) -> str:
        told = self.diagnosis
        causes = ", ".join(one.cause for one in told.causes[:1]) or told.sentence
        more = f" and {len(told.causes) - 1} more" if len(told.causes) > 1 else ""
        return f"<checkup: {self.verdict.value}, {causes}{more}>"

    def to_frame(self) -> "pd.DataFrame":
        """One row a cause, in order."""
        return self.diagnosis.to_frame()


def shown(report: Report) -> Any:
    """The report as a result that shows itself."""
    kind = Examination if isinstance(report, DiagnosisReport) else Result
    return kind(**{field.name: getattr(report, field.name) for field in fields(report)})


def _console(file: io.StringIO) -> "Console":
    from rich.console import Console

    return Console(
        file=file,
        width=WIDTH,
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None,
        _environ={},
    )
