"""Writes docs/checks.md, docs/causes.md, the formats in docs/data.md and nndoctor/catalogue.json.

`python -m tools.make_docs`
"""

import ast
import inspect
import json
import sys
from functools import cache
from pathlib import Path

from nndoctor.catalogue import PAGE as CATALOGUE
from nndoctor.catalogue import PROOF
from nndoctor.checks.check import Check
from nndoctor.checks.table import CHECKS
from nndoctor.data.reading.formats import FORMATS, Format
from nndoctor.diagnosis.causes import CAUSES, Cause

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, CAUSES_PAGE, DATA_PAGE = DOCS / "checks.md", DOCS / "causes.md", DOCS / "data.md"
FORMATS_START = "<!-- formats: written by `python -m tools.make_docs` -->\n"
FORMATS_END = "<!-- end -->"
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
    "ND118": "nndoctor data report",
    "ND119": "nndoctor data report",
    "ND120": "nndoctor data report",
    "ND121": "nndoctor data report",
    "ND122": "nndoctor data report",
    "ND123": "nndoctor data report",
    "ND124": "nndoctor data report",
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
    "ND220": "nndoctor setup report",
    "ND301": "nndoctor check-loss",
    "ND302": "nndoctor check-loss",
    "ND303": "nndoctor activations report",
    "ND304": "nndoctor activations report",
    "ND305": "nndoctor activations report",
    "ND306": "nndoctor activations report",
    "ND307": "nndoctor activations report --compare-inits",
    "ND308": "nndoctor activations report",
    "ND309": "nndoctor activations report",
    "ND310": "nndoctor check-loss",
    "ND313": "nndoctor check-loss",
    "ND311": "nndoctor activations report",
    "ND312": "nndoctor grad-check",
    "ND401": "nndoctor overfit-tiny",
    "ND402": "nndoctor baselines",
    "ND403": "nndoctor baselines",
    "ND404": "nndoctor capacity",
    "ND405": "nndoctor train",
    "ND501": "nndoctor lr-sweep",
    "ND502": "nndoctor lr-sweep --range-test",
    "ND503": "nndoctor updates",
    "ND504": "nndoctor updates",
    "ND505": "nndoctor updates",
    "ND506": "nndoctor updates",
    "ND507": "nndoctor updates",
    "ND508": "nndoctor updates",
    "ND509": "nndoctor updates",
    "ND603": "nndoctor activations report --after",
    "ND604": "nndoctor activations report --after",
    "ND605": "nndoctor activations report --after",
    "ND606": "nndoctor activations report --after",
    "ND607": "nndoctor train",
    "ND608": "nndoctor dead-units",
    "ND609": "nndoctor updates",
    "ND610": "nndoctor updates",
    "ND611": "nndoctor updates",
    "ND612": "nndoctor updates",
    "ND613": "nndoctor updates",
    "ND614": "nndoctor updates",
    "ND701": "nndoctor bias-variance",
    "ND702": "nndoctor bias-variance",
    "ND703": "nndoctor bias-variance",
    "ND704": "nndoctor bias-variance",
    "ND705": "nndoctor bias-variance",
    "ND801": "nndoctor setup report train.py:setup",
    "ND802": "nndoctor setup report train.py:setup",
    "ND803": "nndoctor setup report train.py:setup",
    "ND804": "nndoctor setup report train.py:setup",
    "ND805": "nndoctor setup report train.py:setup",
    "ND806": "nndoctor setup report train.py:setup",
    "ND807": "nndoctor setup report train.py:setup",
    "ND808": "nndoctor setup report train.py:setup",
    "ND809": "nndoctor setup report train.py:setup",
    "ND810": "nndoctor setup report train.py:setup",
    "ND811": "nndoctor setup report train.py:setup",
    "ND812": "nndoctor setup report train.py:setup",
    "ND813": "nndoctor setup report train.py:setup",
}


# What asking takes, by command.
NEEDS = {
    "nndoctor data report": "the data; nothing is trained",
    "nndoctor setup report": "the recipe and the data; nothing is trained",
    "nndoctor setup report train.py:setup": "a PyTorch set-up: one batch, and thirty updates of "
    "copies",
    "nndoctor check-loss": "the untrained network",
    "nndoctor activations report": "the untrained network",
    "nndoctor activations report --compare-inits": "several untrained networks",
    "nndoctor activations report --after": "one run",
    "nndoctor grad-check": "gradients in float64, before and after some updates",
    "nndoctor overfit-tiny": "short runs on twenty rows",
    "nndoctor baselines": "short runs with and without inputs",
    "nndoctor capacity": "runs on true and on shuffled labels",
    "nndoctor lr-sweep": "a dozen short runs",
    "nndoctor lr-sweep --range-test": "one short run",
    "nndoctor updates": "one run",
    "nndoctor dead-units": "one run",
    "nndoctor bias-variance": "whole runs and validation rows",
    "nndoctor train": "one whole run",
}


def catalogue() -> str:
    """What `nndoctor checks`, `causes` and `explain` read."""
    checks = [
        {
            "code": code,
            "name": check.name,
            "command": COMMANDS[code],
            "needs": NEEDS[COMMANDS[code]],
            "sections": {key: " ".join(text.split()) for key, text in sections(check).items()},
            "settings": _settings(check),
            "suggests": suggests(check),
        }
        for code, check in sorted(CHECKS.items())
    ]
    causes = [
        {
            "name": name,
            "title": cause.title,
            "group": cause.group,
            "sections": cause_sections(cause),
            "suggested_by": suggested_by(name),
            "treatable": bool(cause.ladder),
        }
        for name, cause in CAUSES.items()
    ]
    return json.dumps({"checks": checks, "causes": causes}, indent=1, default=str) + "\n"


def suggests(check: Check) -> list[str]:
    """The causes that the file of a check names."""
    told = _constants(type(check).__module__)
    return [name for name in CAUSES if name in told]


@cache
def _constants(module: str) -> list[object]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


def suggested_by(cause: str) -> list[str]:
    """The checks whose files name a cause."""
    return [code for code, check in sorted(CHECKS.items()) if cause in suggests(check)]


def cause_sections(cause: Cause) -> dict[str, str]:
    """What is said of a cause by heading."""
    both = ""
    if cause.ladder and cause.component:
        both = f"; and puts the recipe's {cause.component} into a standard set-up"
    return {
        "What it is": cause.what,
        "How it shows": cause.shows,
        PROOF: cause.proof + both,
        "What to do": cause.treatment,
        "Source": cause.source,
    }


def _settings(check: Check) -> dict[str, object]:
    return {name: value for name, value in vars(check).items() if name not in ("code", "name")}


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
        "training, 4xx can it learn at all, 5xx rate, loss and updates, 6xx the layers, 7xx other "
        "rows, 8xx own code. `[checks.CODE]` in a recipe changes the settings of one check.",
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
    settings = ", ".join(f"`{name} = {value}`" for name, value in _settings(check).items())
    if settings:
        body.append(f"**Settings.** {settings}")
    return "\n\n".join([f"## {check.code} {check.name}", *body])


def render_causes() -> str:
    """The page of the causes."""
    head = [
        "# Causes",
        "",
        "Written by `tools/make_docs.py` from the vocabulary of the diagnosis. The names are "
        "stable: they are what JSON carries. [How they are proven](diagnosis.md).",
    ]
    groups = dict.fromkeys(cause.group for cause in CAUSES.values())
    return "\n".join(head) + "\n\n" + "\n\n".join(map(_group, groups)) + "\n"


def _group(group: str) -> str:
    found = [cause for cause in CAUSES.values() if cause.group == group]
    return "\n\n".join([f"## {group.capitalize()}", *map(_cause_page, found)])


def _cause_page(cause: Cause) -> str:
    told = [f"**{heading}.** {text}" for heading, text in cause_sections(cause).items()]
    codes = [
        f"[{code}](checks.md#{code.lower()}-{CHECKS[code].name})"
        for code in suggested_by(cause.name)
    ]
    if codes:
        told.append(f"**Suggested by.** {', '.join(codes)}")
    if cause.ladder:
        told.append(f"**Confirm it.** `nndoctor treat RECIPE --cause {cause.name}`")
    return "\n\n".join([f"### {cause.name}", f"*{cause.title}*", *told])


def data_page() -> str:
    """docs/data.md with the table of formats as it is now."""
    text = DATA_PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(FORMATS_START)
    after = rest.partition(FORMATS_END)[2]
    return "".join([before, FORMATS_START, _formats(), FORMATS_END, after])


def _formats() -> str:
    head = "| format | endings | `--table` names | needs |\n|---|---|---|---|\n"
    return head + "".join(f"{_format(one)}\n" for one in FORMATS)


def _format(one: Format) -> str:
    endings = " ".join(f"`.{ending}`" for ending in one.endings)
    needs = f"`{one.install}`" if one.install else ""
    part = f"a {one.parts}" if one.parts else ""
    return f"| {one.name} | {endings} | {part} | {needs} |"


if __name__ == "__main__":
    DATA_PAGE.write_text(data_page(), encoding="utf-8")
    PAGE.write_text(render(), encoding="utf-8")
    CAUSES_PAGE.write_text(render_causes(), encoding="utf-8")
    CATALOGUE.write_text(catalogue(), encoding="utf-8")
