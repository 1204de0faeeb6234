import pytest

from .helpers import columns, problem


@pytest.mark.parametrize(
    "text",
    [
        "5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n",
        "M,0.4,15\nM,0.3,7\nF,0.5,9\n",
        "A11,6,A34\nA12,48,A32\nA14,12,A34\nA11,5,A34\n",
        "2,1,530101,38.5,?\n1,1,534817,39.2,4\n2,?,530334,38.3,3\n",
        "p,x,n\ne,x,n\np,b,y\ne,x,y\n",
        "1,2,3\n4,5,6\n",
        "2020-01-01,5\n2020-01-02,6\n",
        "n.k.,2,3.5,4.5\n1,2,3.5,4.5\n2,3,4.5,5.5\n",
    ],
)
def test_a_first_line_like_the_rows_below_is_a_row(read, text):
    table = read(text)
    assert len(table) == text.count("\n")
    assert not table.named
    assert list(table.frame.columns) == [f"c{j + 1}" for j in range(table.frame.shape[1])]
    assert any("no line of names: columns are c1 to c" in note for note in table.notes)
    assert table.line_of is not None
    assert table.line_of(1) == 1


@pytest.mark.parametrize(
    "text",
    [
        "a,b,y\n1,2,x\n3,4,y\n",
        "name,city\nAnna,Rome\nBob,Oslo\n",
        "id,kind\nC001,red\nC002,blue\n",
        "class,shape\np,x\ne,x\np,b\ne,b\np,x\ne,x\n",
        "country,1990,1991,1992\nFR,5.1,5.2,5.3\nDE,1.1,1.2,1.3\n",
        "0,1,2,target\n1.5,2,3,0\n2.5,3,4,1\n",
        "0,1,2\n1,2,3\n4,5,6\n",
        "x1,x2,2020\n1,2,3\n4,5,6\n",
        "a,2,3\n1,2,3\n4,5,6\n",
        "when,x\n2020-01-01,1\n2020-01-02,2\n",
        "share,pay\n5%,$10\n7%,$20\n",
    ],
)
def test_a_first_line_unlike_the_rows_below_is_names(read, text):
    table = read(text)
    assert table.named
    assert list(table.frame.columns) == text.split("\n")[0].split(",")
    assert table.notes == ()


def test_what_the_user_says_of_a_header_decides(read):
    assert len(read("a,b\nc,d\n", header=False)) == 2
    assert columns(read("1,2\n3,4\n5,6\n", header=True)) == {"1": [3, 5], "2": [4, 6]}


def test_names_from_the_user(read):
    assert columns(read("1,2\n3,4\n", names=("p", "q"))) == {"p": [1, 3], "q": [2, 4]}
    assert columns(read("a,b\n3,4\n5,6\n", names=("p", "q"))) == {"p": [3, 5], "q": [4, 6]}
    assert columns(read("1,2,\n3,4,\n", names=("p", "q"))) == {"p": [1, 3], "q": [2, 4]}
    said, hint = problem(read, "1,2,3\n4,5,6\n", names=("p", "q"))
    assert said.endswith("has 3 columns, but --names gives 2")
    assert hint == "--names p,q,c3 calls the others by their place"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Sales of, in kg\na,b,c\n1,2,3\n4,5,6\n", "1 line above the names left out: 'Sales"),
        ("Iris data of 1936\na,b,c\n1,2,x\n3,4,y\n", "1 line above the names left out: 'Iris data"),
        ("Report,,\n,,\na,b,c\n1,2,x\n3,4,y\n", "2 lines above the names left out: 'Report,,'"),
        ("Site,Oslo\nLat,52\n\na,b,c,d\n1,2,3,4\n4,5,6,7\n", "2 lines above the names left out"),
        ("a,b,c\ns,m,kg\n1,2.5,5\n2,3.5,6\n2,3,4\n", "1 line below the names left out: 's,m,kg'"),
    ],
)
def test_titles_and_units_are_left_out_and_told(read, text, note):
    table = read(text)
    assert list(table.frame.columns)[:2] == ["a", "b"]
    assert len(table) == (3 if "s,m,kg" in text else 2)
    assert table.notes[0].startswith(note)
    assert table.line_of is not None
    assert table.line_of(len(table)) == len(text.splitlines())


def test_names_in_two_lines_are_joined(read):
    table = read("A,,B,B\nx,y,x,y\n1,2,3,4\n1,2,3,4\n2,2,2,2\n")
    assert list(table.frame.columns) == ["A_x", "A_y", "B_x", "B_y"]
    assert table.notes == ("names are made of 2 lines",)


@pytest.mark.parametrize("first", ["7,{},good,bad", "7,{},8,9"])
def test_a_number_of_more_digits_than_python_reads_is_no_count(read, first):
    """Neither of features, as in a line that tells the size, nor of names that count up."""
    table = read(first.format("9" * 5000) + "\n1,2,3,4\n2,3,4,5\n3,4,5,6\n")
    assert table.frame.iloc[-1].astype(int).tolist() == [3, 4, 5, 6]


def test_a_first_row_with_a_field_too_few_is_no_title(read):
    said, _ = problem(read, "1,2\n1,2,3\n1,2,4\n")
    assert said.endswith("has 2 fields in line 1, expected 3")


@pytest.mark.parametrize(
    "text",
    ['"a" "b"\n"r1" 5 6\n"r2" 7 8\n', ",a,b\nr1,5,6\nr2,7,8\n", '"","a","b"\n"r1",5,6\n"r2",7,8\n'],
)
def test_an_index_without_a_name_gets_one(read, text):
    table = read(text)
    assert columns(table) == {"index": ["r1", "r2"], "a": [5, 7], "b": [6, 8]}
    assert any("called 'index'" in note for note in table.notes)


@pytest.mark.parametrize(
    "text",
    [
        "a,b,\n1,2,\n3,4,\n",
        "a,b\n1,2,\n3,4,\n",
        "a,b,,,\n1,2,,,\n3,4,,,\n",
        "a,b,\n1,2\n3,4,\n",
        "a,b\n1,2,,\n3,4,,\n",
    ],
)
def test_trailing_separators(read, text):
    table = read(text)
    assert columns(table) == {"a": [1, 3], "b": [2, 4]}
    assert len(table.notes) == 1
    assert "at the end with no name and no value" in table.notes[0]


def test_a_column_without_a_name_that_has_a_value_far_below_stays(read):
    table = read("a,b,\n" + "1,2,\n" * 100_000 + "1,2,x\n")
    assert list(table.frame.columns) == ["a", "b", "c3"]
    assert table.frame["c3"].iloc[-1] == "x"


def test_names_that_repeat_are_made_distinct_and_told(read):
    table = read("a,b,a,a_2\n1,2,3,4\n5,6,7,8\n")
    assert list(table.frame.columns) == ["a", "b", "a_3", "a_2"]
    assert table.notes == ("2 columns are named 'a': called 'a', 'a_3' (--names gives others)",)
    (note,) = read("\n".join([",".join(["x"] * 40)] + [",".join("1" * 40)] * 3)).notes
    assert note.startswith("40 columns are named 'x': called 'x', 'x_2', 'x_3' and 37 more")


def test_comments_are_left_out_and_may_hold_the_names(read):
    table = read("# exported 2024\n# a b c\n1 2 3\n# checked, by hand\n4 5 6\n7 8 9\n")
    assert columns(table) == {"a": [1, 4, 7], "b": [2, 5, 8], "c": [3, 6, 9]}
    assert table.line_of is not None
    assert [table.line_of(row) for row in (1, 2)] == [3, 5]
    assert columns(read("% made by hand\na,b\n1,x\n2,y\n")) == {"a": [1, 2], "b": ["x", "y"]}


def test_rows_that_begin_with_a_mark_are_no_comments(read):
    assert columns(read("c,n\n#ff0000,1\n#00ff00,2\nred,3\n"))["c"] == ["#ff0000", "#00ff00", "red"]
    assert columns(read('# x\na,b\n"u\n# v",1\nw,2\n'))["a"] == ["u\n# v", "w"]


@pytest.mark.parametrize(
    "text",
    [
        "place,,kind\nx,y,z\n1.5,2,a\n3,4,b\n5,6,a\n",
        "A survey\nplace,,kind\nx,y,z\n1.5,2,a\n3,4,b\n5,6,a\n",
    ],
)
def test_names_go_on_in_the_next_line_where_merged_cells_left_gaps(read, text):
    table = read(text)
    assert list(columns(table)) == ["place_x", "place_y", "kind_z"]
    assert "names are made of 2 lines" in table.notes


def test_a_name_beside_names_in_two_lines_has_nothing_below(read):
    table = read("n,place,,kind\n,x,y,\n1,1.5,2,4\n2,3,4,5\n2,5,6,7\n")
    assert list(columns(table)) == ["n", "place_x", "place_y", "kind"]


def test_units_below_whole_names_are_no_names(read):
    table = read(",a,b\n,m,s\nr1,1.5,2\nr2,3,4\nr3,5,6\n")
    assert list(columns(table)) == ["index", "a", "b"]
    assert any("below the names left out" in note for note in table.notes)


def test_a_rule_under_the_names_is_no_row(read):
    table = read("| a | b |\n|---|:-:|\n| 1 | x |\n| 2 | y |\n")
    found = columns(table)
    assert (found["a"], found["b"]) == ([1, 2], ["x", "y"])
    assert "1 line below the names left out: '|---|:-:|'" in table.notes


def test_names_that_come_again_are_no_row(read):
    table = read("a,b\n1,x\n2,y\na,b\n3,x\n")
    assert columns(table) == {"a": ["1", "2", "3"], "b": ["x", "y", "x"]}
    assert table.notes == ("left out: 1 line that repeats the names",)
    assert [table.line_of(row) for row in (1, 2, 3)] == [2, 3, 5]


@pytest.mark.parametrize("width", [2, 5])
def test_a_first_line_that_tells_the_size_is_no_names(read, width):
    """As scikit-learn ships its tables: rows, features, names of the classes."""
    rows = "".join(",".join(f"{i}.{j}" for j in range(width)) + f",{i % 2}\n" for i in range(6))
    table = read(f"6,{width},good,bad\n{rows}")
    assert (len(table), table.named) == (6, False)
    assert any("left out: '6," in note for note in table.notes)


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (("p",), "--names p,c2,c3 calls the others by their place"),
        (("p", "q", "r", "s"), "--names p,q,r is enough"),
    ],
)
def test_too_few_and_too_many_names(read, names, hint):
    text = "a,b,c\n1,2,x\n3,4,y\n"
    assert problem(read, text, names=names)[1] == hint
    assert list(columns(read(text, names=tuple(hint.split()[1].split(","))))) != []
