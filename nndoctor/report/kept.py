"""Results that were kept: drawn again, and as what is known already."""

import re
import shlex
from pathlib import Path

from nndoctor.catalogue import all_codes, causes
from nndoctor.errors import UsageError
from nndoctor.findings import Report, Status
from nndoctor.limits import GIB, refuse_beyond, refuse_device
from nndoctor.report.reading import read_document
from nndoctor.spelling import similar_files

RESULT = "result.json"  # of a run folder
_TIMES = 30  # so much more memory than in the file a result takes once it is read
_CODE = re.compile(r"[^\s,]+")


def read_report(path: str | Path) -> Report:
    """The report of a result that `--format json` wrote, or of a run folder.

    Raises UsageError where there is none, where it was cut short, or has another schema version.
    """
    path = Path(path)
    if path.suffix == ".toml" and path.is_file():
        hint = f"nndoctor checkup {shlex.quote(str(path))}"
        raise UsageError(f"{path} is a recipe, not a result", hint)
    return read_document(_content(path), str(path))


def read_baseline(path: str | Path) -> tuple[str, ...]:
    """Codes of findings and names of causes that are known, from a result or from a list of them.

    A list has one or several a line, `#` begins a comment. Raises UsageError where one is unknown.
    """
    content = _content(Path(path))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        report = read_document(content, str(path))
        accepted = (Status.NOTE, Status.WARNING, Status.ERROR)  # nobody accepts a bug of ours
        loud = (f.code for f in report.findings if f.status in accepted)
        return tuple(sorted({*loud, *report.grounds}))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text in UTF-8", _HINT) from None
    words = [word for line in text.splitlines() for word in _CODE.findall(line.partition("#")[0])]
    known = all_codes() | {one.name for one in causes()}
    if strange := [word for word in words if word not in known]:
        raise UsageError(f"{path} names {strange[0]!r}, which is no code and no cause", _HINT)
    return tuple(sorted(set(words)))


_MADE = "a result: nndoctor COMMAND ... --format json > FILE"
_HINT = "a result in JSON, or codes such as ND504 out of nndoctor checks, one a line"


def result_of(path: Path) -> Path:
    """The result in it where it is a run folder, else itself."""
    return path / RESULT if path.is_dir() and (path / RESULT).is_file() else path


def _content(path: Path) -> bytes:
    refuse_device(path)
    path = result_of(path)
    if path.is_dir():
        raise UsageError(f"{path} is a folder without a {RESULT}", _MADE)
    try:
        size = path.stat().st_size
        if size * _TIMES > GIB:
            refuse_beyond(size * _TIMES, f"{path} once read", "is it a result of nndoctor?")
        return path.read_bytes()
    except OSError as error:
        problem = f"{path} can't be read: {error.strerror or error}"
        raise UsageError(problem, _near(path) or _MADE) from None


def _near(path: Path) -> str:
    """A result in that folder whose name is like it."""
    folder = path.parent
    if path.exists() or not folder.is_dir():
        return ""
    return similar_files(path, sorted(one.name for one in folder.glob("*.json")))
