"""Comment lines in delimited text."""

from collections.abc import Iterable, Iterator, Sequence

from .records import Record

MARKS = ("#", "%")


def comment_mark(rows: Sequence[Record], width: int) -> str:
    """What begins a comment line; "" where there are none.

    Such a line stands at the top, or has another number of fields than the rows: `#ff0000,3` is
    a row.
    """
    for mark in MARKS:
        marked = [row for row in rows if row.starts_with(mark)]
        if len(marked) < len(rows) and any(
            row is rows[0] or len(row.fields) != width for row in marked
        ):
            return mark
    return ""


def without_comments(blocks: Iterable[bytes], mark: str) -> Iterator[bytes]:
    """Blocks of text without the lines that begin with a mark outside of quotes."""
    if not mark:
        yield from blocks
        return
    kept, quoted, sign = b"", False, mark.encode()
    for block in blocks:
        text = kept + block
        end = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        whole, kept = text[:end], text[end:]
        yield _without(whole, sign, quoted)
        quoted ^= whole.count(b'"') % 2 == 1
    yield _without(kept, sign, quoted)


def _without(text: bytes, sign: bytes, quoted: bool) -> bytes:
    if not (text.lstrip(b" ").startswith(sign) or sign in text):
        return text
    lines = []
    for line in text.splitlines(keepends=True):
        if quoted or not line.lstrip(b" ").startswith(sign):
            lines.append(line)
            quoted ^= line.count(b'"') % 2 == 1
    return b"".join(lines)
