"""Text that is long enough to be parsed in pieces: as if it were read from one end to the other."""

import pytest

from nndoctor.data.reading import encoding, layout, pieces

from .helpers import columns, problem

ROWS = 3000


@pytest.fixture(autouse=True)
def many_pieces(monkeypatch):
    monkeypatch.setattr(encoding, "BLOCK", 500)
    monkeypatch.setattr(layout, "HEAD", 500)
    monkeypatch.setattr(pieces, "PIECE", 2000)


def test_texts_and_numbers_come_in_the_order_of_the_file(read):
    texts = [f"word {i % 7} of {i // 1000}" for i in range(ROWS)]
    alone = [f"k{i}" for i in range(ROWS)]
    lines = [f"{i},{t},{i / 4},{k}\n" for i, (t, k) in enumerate(zip(texts, alone, strict=True))]
    table = read("n,t,f,k\n" + "".join(lines))
    assert columns(table) == {
        "n": [*range(ROWS)],
        "t": texts,
        "f": [i / 4 for i in range(ROWS)],
        "k": alone,
    }
    assert table.frame["t"].cat.categories.tolist() == [*dict.fromkeys(texts)]


def test_no_piece_ends_inside_a_quote(read):
    texts = [f"a\n\n{i},b" for i in range(ROWS)]
    table = read("t,y\n" + "".join(f'"{text}",1\n' for text in texts))
    assert columns(table)["t"] == texts


@pytest.mark.parametrize("stray", [1, 2, 3])
def test_stray_quotes_mislead_nobody(read, stray):
    texts = ['5" pipe'] * stray + [f"x\ny {i}" for i in range(ROWS)]
    lines = [text if text[0] == "5" else f'"{text}"' for text in texts]
    table = read("t,y\nfirst,0\n" + "".join(f"{line},1\n" for line in lines))
    assert columns(table)["t"] == ["first", *texts]


def test_blanks_are_cut_off_wherever_they_begin(read):
    table = read("a,t\n" + "1,x\n" * ROWS + ' 2, "y, z"\n' + "3,x\n" * ROWS)
    assert columns(table) == {
        "a": [1] * ROWS + [2] + [3] * ROWS,
        "t": ["x"] * ROWS + ["y, z"] + ["x"] * ROWS,
    }


def test_gaps_blank_lines_and_late_fractions(read):
    table = read("a,y\n" + "1,2\n" * ROWS + "\n" * ROWS + "NA,2\n1.5,3\n" + "4,\n" * ROWS)
    assert columns(table) == {
        "a": [1] * ROWS + [None, 1.5] + [4] * ROWS,
        "y": [2] * (ROWS + 1) + [3] + [None] * ROWS,
    }


@pytest.mark.parametrize("before", range(490, 520))
def test_a_long_line_is_named_wherever_it_stands(read, before):
    said, _ = problem(read, "a,y\n" + "1,2\n" * before + "1,2,3\n" + "5,6\n" * 600)
    assert said.endswith(f"has 3 fields in line {before + 2}, expected 2")


def test_short_and_long_lines_are_left_out_and_counted(read):
    lines = ["1,2,3\n" if i % 7 == 0 else "1\n" if i % 11 == 0 else "1,2\n" for i in range(1, ROWS)]
    table = read("a,y\n1,2\n" + "".join(lines), skip_bad_lines=True)
    fitting = sum(line == "1,2\n" for line in lines)
    assert columns(table) == {"a": [1] * (fitting + 1), "y": [2] * (fitting + 1)}
    left_out = f"left out: {ROWS - 1 - fitting} lines with too many or too few fields"
    assert table.notes == (left_out,)


def test_a_text_far_below_numbers(read):
    cells = [*[f"{i:05}" for i in range(ROWS)], "x"]
    assert columns(read("a,y\n" + "".join(f"{cell},1\n" for cell in cells)))["a"] == cells


def test_an_open_quote_is_named(read):
    said, _ = problem(read, "a,y\n" + "1,2\n" * ROWS + '"3,4\n' + "5,6\n" * ROWS)
    assert said.endswith(f"has a quotation mark in line {ROWS + 2} that is never closed")
