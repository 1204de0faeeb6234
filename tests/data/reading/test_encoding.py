import re

import pytest

from nndoctor import data
from nndoctor.errors import DataError

from .helpers import columns, problem

TEXT = "ville,n\nNîmes,1\nOrléans,2\n"
GUESS = "read as cp1252, a guess (--encoding names another)"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_known_by_its_mark(read, encoding):
    table = read(TEXT.encode(encoding))
    assert columns(table) == {"ville": ["Nîmes", "Orléans"], "n": [1, 2]}
    assert table.notes == ()


@pytest.mark.parametrize("text", [TEXT, "stadt,n\nKöln,1\nÅhus,2\n", "t,n\n5 °C,1\n7 £,2\n"])
def test_western_text_is_guessed_and_told(read, text):
    table = read(text.encode("cp1252"))
    assert list(table.frame.iloc[:, 0]) == [line.split(",")[0] for line in text.splitlines()[1:]]
    assert table.notes == (GUESS,)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("имя,n\nИван Петрович,1\nМария Ивановна,2\n", "cp1251"),  # noqa: RUF001
        ("名前,n\n山田太郎,1\n鈴木一郎,2\n", "shift_jis"),
    ],
)
def test_other_scripts_are_guessed(read, text, encoding):
    assert read(text.encode(encoding)).frame.iloc[0, 0] == text.splitlines()[1].split(",")[0]


WESTERN = (
    "Nr;Straße;Fläche (m²);Preis in €\n1;Hauptstr.;102,8;971,36\n2;Müllerweg;98,9;977,08\n",
    "Länge;m²;y\n1,5;1;1\n2,5;4;0\n",
    "mot;n\ncœur;1\nœuvre « été »;2\nœil;3\n",
    "cidade;n\nSão Paulo 2ª;1\norgão nº 3;2\nnão, ações;3\n",
)


@pytest.mark.parametrize("text", WESTERN)
def test_signs_and_accents_of_the_west_are_read_as_they_are_written(read, text):
    table = read(text.encode("cp1252"))
    assert list(table.frame.columns) == re.split("[;,]", text.splitlines()[0])
    assert str(table.frame.iloc[0, 0]) == text.splitlines()[1].split(";")[0]
    assert table.notes[0] == GUESS


POLISH = ("Łódź", "Gdańsk", "Białystok", "Częstochowa", "Świętokrzyskie", "żółty", "książka")


def test_letters_of_another_encoding_are_not_taken_for_signs_within_words(read):
    rows = "".join(f"{POLISH[i % 7]};{i}\n" for i in range(14))
    assert set(columns(read(f"a;n\n{rows}".encode("cp1250")))["a"]) == set(POLISH)


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Białystok Małopolska Gdańsk Toruń Słupsk", "cp1250"),  # ³ within words
        ("Čapljina Niš muž Bar Groš", "cp1250"),  # š and ž, which are rare in the west
        ("educação alimentação função habitação", "cp1252"),  # two letters side by side
    ],
)
def test_a_few_accents_show_what_they_are_of(read, words, encoding):
    some = words.split()
    rows = "".join(f"{word};{i}\n" for i, word in enumerate(some * 3))
    found = read(f"a;n\n{rows}".encode(encoding))
    assert set(columns(found)["a"]) == set(some)


def test_the_likely_encoding_is_no_utf_16_which_reads_anything(read):
    text = "ville;n\nNîmes;1\nOrléans;2\n".encode("cp1252")
    assert text.decode("utf-16-le")
    assert columns(read(text, likely="utf-16-le"))["ville"] == ["Nîmes", "Orléans"]


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Θεσσαλονίκη Ηράκλειο Πάτρα Λάρισα", "cp1253"),
        ("北京 上海 广州 深圳 男 女 是", "gbk"),
        ("データ カタカナ 男性 東京 大阪", "shift_jis"),
    ],
)
def test_scripts_in_short_cells_are_guessed(read, words, encoding):
    some = words.split()
    rows = "".join(f"{word};{i}\n" for i, word in enumerate(some * 3))
    assert set(columns(read(f"a;n\n{rows}".encode(encoding)))["a"]) == set(some)


def test_a_name_that_is_not_there_may_be_misread(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Länge;m²;y\n1,5;1;1\n2,5;4;0\n".encode("cp1252"))
    with pytest.raises(DataError, match="no column 'Lonk'") as caught:
        data.read(path, "Lonk")
    assert caught.value.mistakes[0].hint.endswith(f"the file is {GUESS}")
    with pytest.raises(DataError, match="no column 'Lonk'") as caught:
        data.load(path, data.HowToRead(encoding="cp1252"), data.Said(targets=("Lonk",)))
    assert "guess" not in caught.value.mistakes[0].hint


def test_a_first_accent_far_below(read):
    table = read(b"a,n\n" + b"x,1\n" * 200_000 + "é,2\n".encode("cp1252"))
    assert table.frame["a"].iloc[-1] == "é"
    assert table.notes == (GUESS,)


def test_the_encoding_that_is_said(read):
    assert columns(read("a,n\nŁódź,1\nx,2\n".encode("cp1250"), encoding="cp1250"))["a"][0] == "Łódź"
    assert list(read(TEXT.encode("utf-8-sig"), encoding="UTF8").frame.columns) == ["ville", "n"]
    said, hint = problem(read, TEXT.encode("cp1252"), encoding="utf-8")
    assert said.endswith("is not utf-8: byte 0xee in line 2")
    assert "leave --encoding out" in hint


@pytest.mark.parametrize("name", ["ltin1", "no-such-thing", "base64"])
def test_an_encoding_that_is_none(read, name):
    said, hint = problem(read, TEXT, encoding=name)
    assert said == f"there is no encoding {name!r}"
    assert ("latin1" if name == "ltin1" else "such as utf-8") in hint or name == "base64"
    assert f"mean {name}" not in hint


def test_utf_8_with_one_wrong_byte_names_its_place(read):
    said, hint = problem(read, ("é,n\n" + "x,1\n" * 200_000).encode() + b"\xe9,2\n")
    assert said.endswith("reads as UTF-8, but not byte 0xe9 in line 200002")
    assert "--encoding cp1252" in hint


def test_a_byte_0_is_no_text(read):
    said, hint = problem(read, b"a,y\n1,\0\n")
    assert "is no text" in said
    assert "holds a byte 0" in said
    assert "--encoding utf-16" in hint


@pytest.mark.parametrize("end", ["1.5\x1a\n", '"1.5\x1a"\n', "1.5\n\x1a"])
def test_the_end_of_a_file_from_dos_is_none_of_its_text(read, end):
    assert columns(read(("a,y\n2,0.5\n3," + end).encode())) == {"a": [2, 3], "y": [0.5, 1.5]}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_guessed_and_told(read, encoding):
    table = read(TEXT.encode(encoding))
    assert columns(table) == {"ville": ["Nîmes", "Orléans"], "n": [1, 2]}
    assert table.notes == (f"read as {encoding}, a guess (--encoding names another)",)


CITIES = ("Самара", "Москва", "Казань")


def test_cyrillic_of_windows_is_not_taken_for_that_of_old_macs(read):
    rows = "".join(f"{50 + i},{170 + i / 10},{CITIES[i // 3 % 3]},no\n" for i in range(10))
    table = read(f"age,height,city,y\n{rows}".encode("cp1251"))
    assert set(columns(table)["city"]) == set(CITIES)
    assert table.notes == ("read as cp1251, a guess (--encoding names another)",)
