import bz2
import sqlite3
from contextlib import closing

import pytest

from .helpers import columns, no_table, table


@pytest.fixture
def make(tmp_path):
    def made(*statements, name="a.db"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        return tmp_path / name

    return made


PEOPLE = (
    'create table "the people" (id integer primary key autoincrement, name text, size real)',
    "insert into \"the people\" (name, size) values ('Ann', 1.5), ('Bob', null), ('Cid', 2)",
)
READ = {"id": [1, 2, 3], "name": ["Ann", "Bob", "Cid"], "size": [1.5, None, 2]}


@pytest.mark.parametrize("name", ["a.db", "a.sqlite", "a.data", "a"])
def test_the_only_table(make, name):
    path = make(*PEOPLE, name=name)
    before = path.read_bytes()
    assert columns(table(path)) == READ
    assert len(table(path, limit=2)) == 2
    assert path.read_bytes() == before


def test_packed(make):
    path = make(*PEOPLE)
    packed = path.with_name("packed.bz2")
    packed.write_bytes(bz2.compress(path.read_bytes()))
    assert columns(table(packed)) == READ


def test_one_of_several_tables_and_views(make):
    path = make(*PEOPLE, 'create view small as select name from "the people" where id < 3')
    mistake = no_table(path)
    assert "2 tables" in mistake.problem
    # the wider one, and 'small' comes first by name
    assert mistake.hint == f"name one as {path}::the people; there are 'small', 'the people'"
    assert columns(table(path.with_name("a.db::the people"))) == READ
    assert columns(table(path, part="small")) == {"name": ["Ann", "Bob"]}
    assert "no table 'large'" in no_table(path, part="large").problem


def test_no_table_and_no_rows(make):
    path = make("create table t (a)", "drop table t")
    assert "without a table" in no_table(path).problem
    assert "no rows" in no_table(make("create table t (a)")).problem


def test_binary_cells(make):
    path = make("create table t (a, b)", "insert into t values (1, x'00ff'), (2, null)")
    assert table(path).nested == {"b": "binary data"}


def test_damaged(make):
    path = make(*PEOPLE)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    assert "no readable SQLite database" in no_table(path).problem
    path.write_bytes(content[:500])
    assert "no readable SQLite database" in no_table(path).problem
