"""Results that show themselves: in one line, as the terminal's report, in a notebook, as data."""

import io
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ..diagnosis.diagnosis import DiagnosisReport
from ..findings import Report, Status
from ..report.document import render_json
from ..report.headline import headline
from ..report.terminal import render_text

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

WIDTH = 100


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
        """The same in colour, for notebooks."""
        console = _console(io.StringIO(), colored=True)
        text = render_text(self, console)  # type: ignore[arg-type]
        from rich.text import Text

        console.record = True
        console.print(Text.from_ansi(text), crop=False)
        page = console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")
        return page.replace("<pre>", '<pre style="line-height:1.25;white-space:pre">', 1)

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


def _console(file: io.StringIO, colored: bool = False) -> "Console":
    from rich.console import Console

    return Console(
        file=file,
        width=WIDTH,
        force_terminal=colored,
        markup=False,
        emoji=False,
        highlight=False,
        color_system="truecolor" if colored else None,
        _environ={},
    )
