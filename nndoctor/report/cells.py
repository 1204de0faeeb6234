"""How single values look: numbers, statuses, small histograms, the next command."""

import math

from rich.text import Text

from nndoctor.findings import Histogram, Report, Status, Verdict

STATUS_WORDS = {
    Status.OK: "PASS",
    Status.SKIP: "SKIP",
    Status.NOTE: "NOTE",
    Status.WARNING: "WARN",
    Status.ERROR: "FAIL",
    Status.BROKEN: "BUG",
}
STATUS_STYLES = {
    Status.OK: "bold green",
    Status.SKIP: "dim",
    Status.NOTE: "bold cyan",
    Status.WARNING: "bold yellow",
    Status.ERROR: "bold red",
    Status.BROKEN: "bold magenta",
}
VERDICT_STYLES = {
    Verdict.HEALTHY: "green",
    Verdict.SICK: "red",
    Verdict.PASS: "green",
    Verdict.WARN: "yellow",
    Verdict.FAIL: "red",
    Verdict.UNDECIDED: "yellow",
}
CERTAINTY_STYLES = {"confirmed": "bold red", "certain": "bold red", "suspected": "bold yellow"}
DIFF_STYLES = {"+": "green", "-": "red", " ": "dim"}

_BARS = "▁▂▃▄▅▆▇█"
_MOST_BARS = 20


DIGITS = 4
MOST_DIGITS = 7  # of a float32
CLOSE = 1e-3  # relative: the last of the usual digits
ROUNDING = 4e-6  # relative: sums in float32 keep about 1e-6


def number(value: float, digits: int = DIGITS) -> str:
    """So many significant digits, powers of ten for the tiny and the huge: 0.04812, 1.5e-7, inf."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"  # also for -0.0
    if 1e-3 <= abs(value) < 9999.5:
        return f"{value:.{digits}g}"
    if 9999.5 <= abs(value) < 99999.5:
        return f"{value:.0f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}"


def close(one: float, other: float) -> bool:
    """Whether two numbers differ in the last of the usual digits or beyond, and not by rounding."""
    return ROUNDING * abs(one) < abs(one - other) < CLOSE * abs(one)


def sparkline(histogram: Histogram) -> str:
    """One bar per bin, the fullest at full height, an empty bin blank; many bins are merged."""
    per_bar = -(-len(histogram.counts) // _MOST_BARS) or 1
    starts = range(0, len(histogram.counts), per_bar)
    sums = [sum(histogram.counts[start : start + per_bar]) for start in starts]
    top = max(sums, default=0)
    return "".join(_BARS[(count * len(_BARS) - 1) // top] if count > 0 else " " for count in sums)


def next_command(report: Report) -> Text:
    """One command or sentence to go on with."""
    # a command to copy stays in one line, whatever the width
    return Text.assemble(("next: ", "bold"), report.next_step, no_wrap=True, overflow="ignore")
