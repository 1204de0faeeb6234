"""Writes docs/checks.md again from the docstrings of the checks: python tools/make_docs.py."""

import inspect
from pathlib import Path

from nndoctor.checks import CHECKS
from nndoctor.checks.check import Check

PAGE = Path(__file__).resolve().parent.parent / "docs" / "checks.md"
HEADINGS = ("What it does", "Why it matters", "What to do", "Source")
COMMANDS = {
    "ND101": "nndoctor data report",
    "ND102": "nndoctor data report",
    "ND103": "nndoctor data report",
    "ND104": "nndoctor data report",
    "ND105": "nndoctor data report",
    "ND106": "nndoctor data report",
    "ND107": "nndoctor data report",
    "ND108": "nndoctor data report",
    "ND109": "nndoctor data report",
    "ND110": "nndoctor data report",
    "ND111": "nndoctor data report",
    "ND112": "nndoctor data report",
    "ND113": "nndoctor data report",
    "ND114": "nndoctor data report",
    "ND115": "nndoctor data report",
    "ND116": "nndoctor data report",
    "ND117": "nndoctor data report",
    "ND201": "nndoctor setup report",
    "ND202": "nndoctor setup report",
    "ND203": "nndoctor setup report",
    "ND204": "nndoctor setup report",
    "ND205": "nndoctor setup report",
    "ND206": "nndoctor setup report",
    "ND207": "nndoctor setup report",
    "ND208": "nndoctor setup report",
    "ND209": "nndoctor setup report",
    "ND210": "nndoctor setup report",
    "ND211": "nndoctor setup report",
    "ND212": "nndoctor setup report",
    "ND213": "nndoctor setup report",
    "ND214": "nndoctor setup report",
    "ND215": "nndoctor setup report",
    "ND216": "nndoctor setup report",
    "ND217": "nndoctor setup report",
    "ND218": "nndoctor setup report",
    "ND219": "nndoctor setup report",
    "ND301": "nndoctor check-loss",
    "ND302": "nndoctor check-loss",
    "ND303": "nndoctor activations report",
    "ND304": "nndoctor activations report",
    "ND305": "nndoctor activations report",
    "ND306": "nndoctor activations report",
    "ND307": "nndoctor activations report --compare-inits",
    "ND401": "nndoctor overfit-tiny",
    "ND501": "nndoctor lr-sweep",
    "ND502": "nndoctor lr-sweep --range-test",
    "ND603": "nndoctor activations report --after",
    "ND604": "nndoctor activations report --after",
    "ND605": "nndoctor activations report --after",
    "ND606": "nndoctor activations report --after",
    "ND607": "nndoctor train",
}


def sections(check: Check) -> dict[str, str]:
    """The docstring of a check by heading."""
    text = inspect.getdoc(type(check)) or ""
    parts = (part.partition("\n") for part in text.split("## ")[1:])
    return {heading.strip(): body.strip() for heading, _, body in parts}


def render() -> str:
    """The whole page."""
    rows = [
        f"| [{code}](#{code.lower()}-{check.name}) | `{check.name}` | `{COMMANDS[code]}` |"
        for code, check in sorted(CHECKS.items())
    ]
    head = [
        "# Checks",
        "",
        "Written by `tools/make_docs.py` from the docstrings. 1xx data, 2xx the set-up, 3xx before "
        "training, 4xx can it learn at all, 5xx the learning rate, 6xx after training. "
        "`[checks.CODE]` in a recipe changes the settings of one check.",
        "",
        "| Code | Name | Command |",
        "|---|---|---|",
        *rows,
    ]
    pages = [_page(check) for _, check in sorted(CHECKS.items())]
    return "\n".join(head) + "\n\n" + "\n\n".join(pages) + "\n"


def _page(check: Check) -> str:
    told = sections(check)
    body = [f"**{heading}.** {' '.join(told[heading].split())}" for heading in HEADINGS]
    settings = ", ".join(
        f"`{name} = {value}`" for name, value in vars(check).items() if name not in ("code", "name")
    )
    if settings:
        body.append(f"**Settings.** {settings}")
    return "\n\n".join([f"## {check.code} {check.name}", *body])


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
