import datetime
import sys
import zipfile

import openpyxl
import pytest

from .helpers import columns, no_table, table

HEADER = ["age", "name", "when", "fit"]
FIRST = datetime.datetime(2020, 1, 1)
ROWS = [
    [30, "Ann", FIRST, True],
    [41, "Bob", FIRST + datetime.timedelta(1), False],
    [None, "Cid", FIRST + datetime.timedelta(2), True],
]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def book(path, sheets, merged=()):
    held = openpyxl.Workbook()
    held.remove(held.active)
    for name, rows in sheets.items():
        sheet = held.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    held.save(path)
    return path


@pytest.fixture(params=["python_calamine", "openpyxl"], autouse=True)
def engine(request, monkeypatch):
    other = {"python_calamine": "openpyxl", "openpyxl": "python_calamine"}[request.param]
    if request.param == "openpyxl":
        monkeypatch.setitem(sys.modules, other, None)
    return request.param


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsm", "a.csv", "a"])
def test_types_whatever_the_name(tmp_path, name):
    path = book(tmp_path / "a.xlsx", {"S": [HEADER, *ROWS]}).rename(tmp_path / name)
    found = table(path)
    assert [found.frame[name].dtype.kind for name in ("age", "when", "fit")] == ["f", "M", "b"]
    assert columns(found)["name"] == ["Ann", "Bob", "Cid"]
    assert columns(found)["age"] == [30, 41, None]
    assert columns(found)["when"][1] == ROWS[1][2]
    assert found.named
    assert found.line_of(1) == 2
    assert any("read as what it is: Excel" in note for note in found.notes) == (name == "a.csv")


def test_first_sheet_with_cells_and_the_one_named(tmp_path):
    sheets = {"Empty": [], "Data": [HEADER, *ROWS], "More": [["x", "y"], [1, 2], [3, 4]]}
    path = book(tmp_path / "a.xlsx", sheets)
    found = table(path)
    assert list(found.frame) == HEADER
    assert found.notes == ("sheet 'Data' is read; other sheets: 'Empty', 'More' (--table NAME)",)
    assert columns(table(path, part="More")) == {"x": [1, 3], "y": [2, 4]}
    assert "nothing in sheet 'Empty'" in no_table(path, part="Empty").problem
    assert no_table(path, part="Dat").hint == "--table NAME, one of 'Empty', 'Data', 'More'"


def test_title_and_blank_rows_above_the_table(tmp_path):
    rows = [[], ["Staff of 2020"], [], HEADER, *ROWS[:2], [], ROWS[2]]
    found = table(book(tmp_path / "a.xlsx", {"S": rows}))
    assert list(found.frame) == HEADER
    assert len(found) == 3
    assert [found.line_of(row) for row in (1, 2, 3)] == [5, 6, 8]
    assert any("'Staff of 2020'" in note for note in found.notes)
    assert any("blank row" in note for note in found.notes)


def test_title_over_two_columns(tmp_path):
    rows = [["Heights"], ["x", "y"], [1, 2], [3, 4]]
    assert columns(table(book(tmp_path / "a.xlsx", {"S": rows}))) == {"x": [1, 3], "y": [2, 4]}


def test_table_that_begins_far_from_the_corner(tmp_path):
    rows = [[], [], [None, None, "x", "y"], [None, None, 1, 2], [None, None, 3, 4]]
    assert columns(table(book(tmp_path / "a.xlsx", {"S": rows}))) == {"x": [1, 3], "y": [2, 4]}


def test_merged_header_leaves_gaps_that_are_said(tmp_path):
    rows = [["size", None, "y"], [1, 2, 3], [4, 5, 6]]
    found = table(book(tmp_path / "a.xlsx", {"S": rows}, ["A1:B1"]))
    assert columns(found) == {"size": [1, 4], "c2": [2, 5], "y": [3, 6]}
    merged, unnamed = found.notes
    assert "merged cells" in merged
    assert unnamed == "1 column has no name: called 'c2'"


@pytest.mark.parametrize(
    "rows",
    [
        [[5.1, 3.5, "setosa"], [4.9, 3.0, "setosa"]],
        [["rep", "n", "y"], ["dem", "n", "y"], ["rep", "y", "y"]],
        [["1", "2"], ["3", "4"]],
    ],
)
def test_no_header(tmp_path, rows):
    path = book(tmp_path / "a.xlsx", {"S": rows})
    found = table(path)
    assert not found.named
    assert len(found) == len(rows)
    assert list(found.frame)[:2] == ["c1", "c2"]
    assert len(table(path, header=False)) == len(rows)
    named = table(path, names=tuple("pqr")[: len(rows[0])])
    assert list(named.frame)[:2] == ["p", "q"]
    assert named.named


def test_the_users_word_on_the_header_counts(tmp_path):
    path = book(tmp_path / "a.xlsx", {"S": [[2019, 2020], [1, 2], [3, 4]]})
    assert columns(table(path, header=True)) == {"2019": [1, 3], "2020": [2, 4]}
    path = book(tmp_path / "b.xlsx", {"S": [["a", "b"], ["c", "d"]]})
    assert columns(table(path, header=False)) == {"c1": ["a", "c"], "c2": ["b", "d"]}


def test_mixed_columns_are_text_and_NA_stays(tmp_path):
    rows = [["a", "b"], [1, "NA"], ["?", "u"], [2.5, None]]
    found = columns(table(book(tmp_path / "a.xlsx", {"S": rows})))
    assert found == {"a": ["1", "?", "2.5"], "b": ["NA", "u", None]}


def test_repeated_names_get_a_number(tmp_path):
    rows = [["a", "a", "a_2", "b"], [1, 2, 3, 4], [5, 6, 7, 8]]
    found = table(book(tmp_path / "a.xlsx", {"S": rows}))
    assert list(found.frame) == ["a", "a_3", "a_2", "b"]
    assert any("'a_3'" in note for note in found.notes)


def test_wrong_number_of_names(tmp_path):
    path = book(tmp_path / "a.xlsx", {"S": [HEADER, *ROWS]})
    mistake = no_table(path, names=("a", "b"))
    assert mistake.problem.endswith("has 4 columns, but --names gives 2")
    assert mistake.hint == "--names a,b,c3,c4 calls the others by their place"


def test_first_row_with_a_gap_is_no_title(tmp_path):
    path = book(tmp_path / "a.xlsx", {"S": [[5, None], [1, 2], [3, 4], [6, 7]]})
    assert columns(table(path)) == {"c1": [5, 1, 3, 6], "c2": [None, 2, 4, 7]}


def test_opendocument(tmp_path, engine):
    def row(*cells):
        texts = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            if isinstance(cell, str)
            else f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            for cell in cells
        )
        return f"<table:table-row>{texts}</table:table-row>"

    names = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for name in ("office", "table", "text")
    }
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in names.items())
    rows = row("a", "b") + row(1, 2.5) + row(3, 4.5)
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as held:
        held.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        held.writestr("content.xml", content)
        held.writestr("META-INF/manifest.xml", "<manifest/>")
    if engine == "openpyxl":
        assert "nndoctor[excel]" in no_table(tmp_path / "a.ods").hint
    else:
        assert columns(table(tmp_path / "a.ods")) == {"a": [1, 3], "b": [2.5, 4.5]}


def test_limit(tmp_path):
    path = book(tmp_path / "a.xlsx", {"S": [HEADER, *ROWS]})
    assert len(table(path, limit=2)) == 2


def test_nothing_in_it(tmp_path):
    path = book(tmp_path / "a.xlsx", {"S": [], "T": []})
    assert "no filled cell in 'S', 'T'" in no_table(path).problem
    path = book(tmp_path / "b.xlsx", {"S": [HEADER]})
    assert "one row only" in no_table(path).problem


def test_password(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(50))
    mistake = no_table(path)
    assert "locked with a password" in mistake.problem
    assert "save it without one" in mistake.hint


def test_old_word_document(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(OLE + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(50))
    assert "is a Word document" in no_table(path).problem


def test_old_workbook_that_is_damaged(tmp_path, engine):
    path = tmp_path / "a.xls"
    path.write_bytes(OLE + bytes(600) + "Workbook".encode("utf-16-le") + bytes(50))
    mistake = no_table(path)
    if engine == "openpyxl":
        assert mistake.hint == 'pip install "nndoctor[excel]"'
    else:
        assert "no readable workbook" in mistake.problem


def test_damaged_workbook(tmp_path):
    path = book(tmp_path / "a.xlsx", {"S": [HEADER, *ROWS]})
    with zipfile.ZipFile(path) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    with zipfile.ZipFile(path, "w") as held:
        for name, content in parts.items():
            held.writestr(
                name, content[:40] if name.endswith(("sheet1.xml", "book.xml")) else content
            )
    assert "no readable workbook" in no_table(path).problem


def test_workbook_in_an_archive(tmp_path):
    path = book(tmp_path / "a.xlsx", {"S": [HEADER, *ROWS], "T": [["x", "y"], [1, 2], [3, 4]]})
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as held:
        held.write(path, "a.xlsx")
    assert list(table(packed).frame) == HEADER
    assert list(table(packed, part="T").frame) == ["x", "y"]
    with zipfile.ZipFile(packed, "a") as held:
        held.writestr("readme.md", "x")
    assert list(table(packed, part="T").frame) == ["x", "y"]


def test_missing_packages_say_how_to_install_them(tmp_path, monkeypatch):
    path = book(tmp_path / "a.xlsx", {"S": [HEADER, *ROWS]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert no_table(path).hint == 'pip install "nndoctor[excel]"'


def test_a_page_of_notes_is_passed_over(tmp_path):
    path = book(tmp_path / "a.xlsx", {"notes": [["see", None], ["below"]], "data": [HEADER, *ROWS]})
    found = table(path)
    assert len(found) == 3
    assert found.notes[0] == "sheet 'data' is read; other sheets: 'notes' (--table NAME)"


def test_names_in_two_rows_are_joined(tmp_path):
    rows = [["size", None, "kind"], ["a", "b", "y"], *([i, i + 1, "pq"[i % 2]] for i in range(6))]
    found = table(book(tmp_path / "a.xlsx", {"S": rows}, merged=["A1:B1"]))
    assert list(columns(found)) == ["size_a", "size_b", "kind_y"]
    assert "names are made of 2 rows" in found.notes
    assert found.line_of(1) == 3


def test_a_name_merged_over_both_rows_of_names_is_one(tmp_path, engine):
    names = [["kind", "size", None, "n"], [None, "a", "b", None]]
    rows = [*names, *(["pq"[i % 2], i, i + 1, 5] for i in range(6))]
    found = table(book(tmp_path / "a.xlsx", {"S": rows}, merged=["A1:A2", "B1:C1", "D1:D2"]))
    assert list(columns(found)) == ["kind", "size_a", "size_b", "n"]
    assert columns(found)["kind"] == ["p", "q"] * 3


def test_a_cell_over_several_rows_counts_for_each(tmp_path, engine):
    rows = [["region", "n"], ["N", 1], [None, 2], ["S", 3], [None, 4]]
    found = table(book(tmp_path / "a.xlsx", {"S": rows}, merged=["A2:A3", "A4:A5"]))
    if engine == "openpyxl":  # which tells nothing of merged cells while it reads row by row
        assert columns(found)["region"] == ["N", None, "S", None]
    else:
        assert columns(found)["region"] == ["N", "N", "S", "S"]
        assert found.notes == ("2 merged cells: each row has the value",)
