"""What would act on a terminal is spelled out; everything else stays as it is."""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from hypothesis import example, given
from hypothesis import strategies as st

from nndoctor.visible import all_visible, visible, visible_lines

TEXT = st.text(
    st.characters(codec=None) | st.sampled_from("\x1b\x07\n\t\x7f\x9b\u202e\u2066\u2028")
)
ACTS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def acts(char):
    """By Unicode's own tables."""
    direction = unicodedata.bidirectional(char) in ACTS or "-RIGHT MARK" in name(char)
    return direction or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")


def name(char):
    return unicodedata.name(char, "")


@given(TEXT)
@example("\u200e\u200f\u061c")
def test_nothing_acts_any_more(text):
    shown = visible(text)
    assert not any(map(acts, shown))
    assert shown.encode().decode() == shown  # no half of a surrogate pair either
    assert visible(shown) == shown


@given(TEXT)
def test_what_is_seen_anyhow_stays(text):
    harmless = "".join(char for char in text if char not in "\u200e\u200f\u061c" and not acts(char))
    assert visible(harmless) == harmless


@given(TEXT)
def test_lines_keep_their_ends(text):
    parts = [visible(part) for part in text.split("\n") if "\t" not in part]
    whole = visible_lines("\n".join(part for part in text.split("\n") if "\t" not in part))
    assert whole == "\n".join(parts)


def test_how_they_are_spelled():
    assert visible("a\x1b[31mb\u202ec\n") == r"a\x1b[31mb\u202ec\n"
    assert visible("Größe [m²] 🙂 שלום") == "Größe [m²] 🙂 שלום"
    assert visible_lines("a\n\tb\r") == "a\n\tb\\r"


class Kind(StrEnum):
    ONE = "one"


@dataclass(frozen=True)
class Data:
    text: str
    source: str = ""
    kind: Kind = Kind.ONE
    rows: tuple = ()
    more: dict = field(default_factory=dict)
    derived: int = field(default=7, init=False)


def test_data_of_any_depth():
    made = Data("a\x07", "x\n\x07", Kind.ONE, ((1, "\x1b"), [Data("\x9b")]), {"\x1b": 2.5})
    seen = all_visible(made, ("source",))
    assert seen == Data(
        r"a\x07", "x\n\\x07", Kind.ONE, ((1, r"\x1b"), [Data(r"\x9b")]), {r"\x1b": 2.5}
    )
    assert seen.kind is Kind.ONE
