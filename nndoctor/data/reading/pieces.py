"""A text in pieces that can be parsed at the same time, each of whole lines."""

from collections.abc import Iterable, Iterator

PIECE = 1 << 24  # bytes; many to keep all processors busy, few to parse most of the time


def pieces(blocks: Iterable[bytes], quote: bytes) -> Iterator[list[bytes]]:
    """Blocks of text, many at a time, cut where a line ends outside of quotes.

    Quotes are only counted: a stray one may lead to a cut inside of a text, whose piece then ends
    in an open quote.
    """
    held: list[bytes] = []
    size = quotes = 0
    for block in blocks:
        end = block.rfind(b"\n") + 1 if size + len(block) >= PIECE else 0
        if end and (quotes + block.count(quote, 0, end)) % 2 == 0:
            yield [*held, block[:end]]
            held, size, quotes, block = [], 0, 0, block[end:]
        held.append(block)
        size, quotes = size + len(block), quotes + block.count(quote)
    yield held
