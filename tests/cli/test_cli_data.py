"""`nndoctor data report`: tables with holes, what it prints, how it exits, how checks are set."""

import json
import os
import re
import shlex
import subprocess
import sys

import pandas as pd
import pytest

import nndoctor
from nndoctor.errors import RecipeError
from nndoctor.findings import Status, Verdict
from nndoctor.watch import Watch

from .conftest import ROOT

SICK = ROOT / "recipes" / "sick"


def test_a_table_with_holes_is_looked_at(run, table):
    path = table("a,b,y", *(f"{i},{i * 3 % 11},{i % 2}" for i in range(40)), ",inf,1")
    said = run("data", "report", path, "--target", "y", "--missing", "refuse")
    assert said.code == 1
    assert "FAIL  ND101  missing-values" in said.out
    assert "FAIL  look first at missing-values" in said.out
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")
    assert run("check-loss", path, "--target", "y", "--missing", "refuse").code == 2
    assert run("check-loss", path, "--target", "y").code == 0


def test_the_table_of_columns_says_how_many_it_leaves_out(run):
    said = run("data", "report", ROOT / "recipes" / "digits.toml")
    assert said.code == 0
    heads = ("column", "missing", "distinct", "min", "mean", "std", "max")
    assert all(head in said.out for head in heads)
    assert "24 more rows left out" in said.out
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")


def test_what_columns_were_taken_for_is_shown_where_it_says_something(run, table):
    rows = [(i * 0.5, i * 7 % 40 / 3, i % 2) for i in range(40)]
    numbers = table("a,b,y", *(f"{a},{b},{y}" for a, b, y in rows))
    assert "because" not in run("data", "report", numbers, "--target", "y").out
    words = table("a,b,y", *(f"{a},{'xyz'[i % 3]},{y}" for i, (a, _, y) in enumerate(rows)))
    said = run("data", "report", words, "--target", "y")
    assert "because" in said.out
    assert "3 distinct values" in said.out


def test_json_holds_every_column(run):
    said = run("data", "report", ROOT / "recipes" / "digits.toml", "--format", "json")
    document = json.loads(said.out)
    assert document["command"] == "data report"
    assert [f["code"] for f in document["findings"]] == [f"ND{k}" for k in range(101, 125)]


def test_warnings_fail_on_demand(run):
    assert run("data", "report", SICK / "drift.toml").code == 0
    assert run("data", "report", SICK / "drift.toml", "--fail-on", "warning").code == 1


def test_a_recipe_can_be_kept_and_seeds_repeat(run, good, tmp_path):
    kept = tmp_path / "kept.toml"
    first = run("data", "report", good, "--target", "y", "--save-recipe", kept)
    assert f"wrote {kept}" in first.err
    assert run("data", "report", kept).code == first.code
    twice = [run("data", "report", kept, "--seed", "3").out for _ in range(2)]
    assert twice[0] == twice[1]


def test_thresholds_are_set_in_the_recipe(tmp_path):
    text = (SICK / "raw-pixels.toml").read_text(encoding="utf-8")
    text = text.replace("data/", f"{(SICK / 'data').as_posix()}/")
    path = tmp_path / "r.toml"
    path.write_text(text + "[checks.ND104]\nlarge = 1000.0\n", encoding="utf-8")
    report = nndoctor.data_report(nndoctor.load_data(path))
    found = next(finding for finding in report.findings if finding.code == "ND104")
    assert found.status is Status.NOTE
    path.write_text(text + "[checks.ND104]\nhuge = 1000.0\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="huge"):
        nndoctor.load_data(path)


def test_breaking_off_leaves_the_rest_out():
    class Stop(Watch):
        def cancelled(self):
            return True

    report = nndoctor.data_report(nndoctor.load_data(SICK / "drift.toml"), Stop())
    assert (report.findings, report.verdict) == ((), Verdict.UNDECIDED)
    assert report.exit_code() == 130


@pytest.mark.parametrize("gaps", [False, True])
def test_a_target_that_is_not_named_is_proposed_with_a_command_that_runs(run, table, gaps):
    rows = [f"{'MFI'[i % 3]},{i * 7 % 50 / 10},{i * 11 % 23}" for i in range(60)]
    path = table(*rows, *(["M,2.5,NA"] if gaps else []))
    said = run("data", "report", path)
    assert said.code == 2
    hint = next(line for line in said.err.splitlines() if "hint: nndoctor" in line)
    assert "the likeliest is 'c3': the last column" in said.err.partition("hint:")[0]
    command = shlex.split(hint.partition("hint: nndoctor")[2])  # as it stands, to its end
    rest = ["--set", "data.drop_unlabelled=true"] if gaps else []
    assert command[3:] == ["--target", "c3", *rest]
    assert ("the 1 of 61 rows without it" in said.err) == gaps
    assert run(*command).code == 0


def test_the_next_command_of_a_target_with_gaps_is_one_that_runs(run, table):
    rows = [f"{i % 7},{i * 11 % 23},{'' if i == 4 else i * 0.3}" for i in range(60)]
    path = table("a,b,y", *rows)
    said = run("data", "report", path, "--target", "y")
    command = shlex.split(next(r for r in said.out.splitlines() if r.startswith("next: "))[15:])
    assert command[0] == "checkup"
    assert run(*command, "--fast").code != 2
    again = run("data", "report", *command[1:])
    assert again.out.count("data.drop_unlabelled") == 1  # said once is enough


ODD = [
    ("--missing", "refuse"),
    ("--missing", "drop"),
    ("--set", "data.missing=refuse", "--drop", "b,c d"),
    ("--missing", "refuse", "--group", "c d", "--seed", "3"),
    ("--missing", "refuse", "--features", "a,c d", "--set", "data.test=0.2"),
    ("--missing", "refuse", "--target", "b"),
    ("--group", "c d", "--split", "group"),
    ("--drop", "a", "--drop", "c d"),
    ("--split", "last", "--set", "data.columns.a=class"),
    ("--header", "--on-bad-lines", "skip", "--encoding", "latin-1"),
    ("--table", "second $x", "--missing", "refuse"),
]


@pytest.mark.parametrize("gaps", [{}, {3: "a"}, {4: "y"}, {3: "a", 4: "y", 8: "b"}])
@pytest.mark.parametrize("options", ODD, ids=" ".join)
def test_the_next_command_runs_as_it_is_printed(run, tmp_path, options, gaps):
    columns = {"a": [i % 7 / 2 for i in range(60)], "b": [i * 11 % 23 / 3 for i in range(60)]}
    columns |= {"c d": [f"größe {i % 6}" for i in range(60)], "y": [i * 0.3 for i in range(60)]}
    frame = pd.DataFrame(columns)
    for row, column in gaps.items():
        frame.loc[row, column] = None
    path = tmp_path / ("t t.xlsx" if "--table" in options else "t t.csv")
    if "--table" in options:
        with pd.ExcelWriter(path) as book:
            frame[:9].to_excel(book, sheet_name="first", index=False)
            frame.to_excel(book, sheet_name="second $x", index=False)
    else:
        frame.to_csv(path, index=False, encoding="latin-1")
    said = run("data", "report", path, "--target", "y", *options)
    command = shlex.split(said.out.splitlines()[-1].removeprefix("next: nndoctor "))
    assert command[0] == "checkup"
    again = run(*command, "--fast")
    assert again.code != 2, again.err


def test_the_next_command_of_a_recipe_that_refuses_gaps_is_one_that_runs(run, table, tmp_path):
    path = table(
        "a,b,y", *(f"{'' if i == 4 else i % 7},{i * 11 % 23},{i * 0.3}" for i in range(60))
    )
    kept = tmp_path / "kept.toml"
    told = ("--target", "y", "--missing", "refuse", "--save-recipe", kept)
    assert run("data", "report", path, *told).code == 1
    command = shlex.split(run("data", "report", kept).out.splitlines()[-1])
    assert command[-2:] == ["--missing", "fill"]
    assert run(*command[2:], "--fast").code != 2


def test_how_numbers_were_read_that_are_written_in_another_way_is_said(run, table):
    rows = [f"{i},5 kg;{i % 7};{i * 11 % 23}" for i in range(60)]
    said = run("data", "report", table("a;b;y", *rows), "--target", "y")
    told = "as a number (decimal comma, without 'kg')"
    assert re.search(rf"a +number +{re.escape(told)}", said.err)
    assert re.search(r"b +number +used as it is", said.err)


def test_a_column_that_is_left_out_is_not_called_a_number(run, table):
    rows = [f"{i % 7},{'Rome' if i % 3 else ''},{i * 11 % 23}" for i in range(60)]
    said = run("data", "report", table("a,city,y", *rows), "--target", "y")
    assert re.search(r"city +constant +left out: always 'Rome'", said.err)
    assert "no feature has enough missing values" in said.out  # of the file one column has


@pytest.mark.skipif(sys.platform != "linux", reason="NumPy asks for huge pages on Linux only")
@pytest.mark.parametrize(("told", "huge"), [({}, False), ({"NUMPY_MADVISE_HUGEPAGE": "1"}, True)])
def test_tables_lie_in_small_pages(told, huge):
    code = (
        "from nndoctor.cli.app import main\n"
        "try: main()\n"
        "finally:\n"
        "    from numpy._core import multiarray\n"
        "    print(multiarray._get_madvise_hugepage())"
    )
    given = {k: v for k, v in os.environ.items() if k != "NUMPY_MADVISE_HUGEPAGE"}
    report = ("data", "report", ROOT / "recipes" / "digits.toml", "-q")
    done = subprocess.run(
        [sys.executable, "-c", code, *report], capture_output=True, text=True, env=given | told
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == str(huge)
