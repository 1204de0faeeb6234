import pytest

from nndoctor.data.reading.separator import sniff

from .helpers import columns

BLANKS = " "
ROWS = [["x", "size", "kind"], ["1", "2.5", "red"], ["2", "3.5", "blue"], ["3", "4", "red"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", BLANKS])
@pytest.mark.parametrize("named", [True, False])
def test_each_separator_is_found(read, separator, named):
    text = "\n".join(separator.join(row) for row in ROWS[not named :])
    assert list(columns(read(text)).values()) == [[1, 2, 3], [2.5, 3.5, 4], ["red", "blue", "red"]]


@pytest.mark.parametrize(
    ("separator", "lines"),
    [
        (";", ["1,5;2,5;1", "3,5;4,5;0", "1,1;2,2;0"]),
        (";", ["Smith, John;London, UK;5", "Doe, Ann;Paris, FR;6", "Roe, X;Rome, IT;7"]),
        (",", ['"a;b",1,2', '"c;d",3,4', '"e;f",5,6']),
        (",", ["20, M, ?,0", "21, F, b,1", "22, M, a,0"]),
        (",", ["2020-01-01 00:00:00,5,6", "2020-01-02 00:00:00,7,6"]),
        (",", ["1,Toy Story (1995),Kids|Fun", "2,Jumanji (1995),Kids", "3,Heat (1995),Crime|X|Y"]),
        ("\t", ["2020-01-01 00:00\t5\t6", "2020-01-02 00:00\t7\t6"]),
        ("\t", ["New York\t1", "San Diego\t2", "Oslo\t3"]),
        (BLANKS, ["1,5 2,5 3,5", "2,5 3,5 4,5"]),
        (BLANKS, ['18.0   8   307.0\t"chevrolet malibu"', '15.0   8   350.0\t"buick skylark 320"']),
        (BLANKS, ["  1.5  2.5 ", " -1.5 12.5 "]),
    ],
)
def test_signs_inside_cells_are_no_separators(separator, lines):
    assert sniff([line + "\n" for line in lines]) == separator


def test_blanks_are_said_and_quotes_among_them_respected(read):
    table = read('mpg size\tname\n 18.0   307.0\t"chevrolet malibu"\n15.0 350.0  "buick 320"  \n')
    assert columns(table) == {
        "mpg": [18, 15],
        "size": [307, 350],
        "name": ["chevrolet malibu", "buick 320"],
    }
    assert table.notes == ("fields are separated by runs of blanks",)


def test_excels_first_line_decides(read):
    assert columns(read("sep=;\na,b;c,d\n1,2;3\n2,2;4\n")) == {"a,b": ["1,2", "2,2"], "c,d": [3, 4]}


def test_single_quotation_marks_around_texts(read):
    rows = ["'Berlin, DE',3.5,'yes'", "'it''s Rome, IT', 2,'no'", "Paris,1,'yes'"] * 4
    table = read("'city','size','sold'\n" + "\n".join(rows) + "\n")
    assert [*table.frame.columns] == ["city", "size", "sold"]
    assert [*table.frame.city[:3]] == ["Berlin, DE", "it's Rome, IT", "Paris"]
    assert [*table.frame["size"][:3]] == [3.5, 2.0, 1.0]
    assert "texts stand between single quotation marks" in table.notes


def test_apostrophes_in_texts_quote_nothing(read):
    lines = ["name,height", "O'Hara,5'11'", "'tis,6'1'", "D'Arcy,5'2'"] * 3
    table = read("\n".join(lines[:1] + lines[1:4] * 3) + "\n")
    assert [*table.frame.name[:2]] == ["O'Hara", "'tis"]


def test_one_column_is_said(read):
    table = read("x\n1\n2\n")
    assert columns(table) == {"x": [1, 2]}
    assert table.notes == ("nothing that separates fields was found: it has one column",)


@pytest.mark.parametrize(("separator", "name"), [("^", "carets"), ("~", "tildes"), (":", "colons")])
def test_rare_separators_are_tried_where_no_other_fits(read, separator, name):
    table = read("\n".join(separator.join(row) for row in ROWS))
    assert list(columns(table)) == ROWS[0]
    assert table.notes == (f"fields are separated by {name}",)


def test_a_rare_sign_in_texts_separates_nothing(read):
    assert list(columns(read("t,n\na:b,1\nc:d,2\n"))) == ["t", "n"]
