"""The six commands on sound input: what they print where, and how they exit."""

import json
import math
import tomllib

import pytest

from nndoctor import api
from nndoctor.checks.table import CHECKS
from nndoctor.findings import Finding, Report, Status

from .conftest import SPIRAL

pytestmark = pytest.mark.usefixtures("examined_once")
QUICK = {
    ("checkup",): (),
    ("data", "report"): (),
    ("check-loss",): (),
    ("grad-check",): ("--samples", "4", "--rows", "20", "--after", "5"),
    ("overfit-tiny",): ("--optimizer", "adam", "--rate", "0.1"),
    ("lr-sweep",): ("--count", "5", "--updates", "50"),
    ("lr-sweep", "--range-test"): (),
    ("activations", "report"): (),
    ("activations", "report", "--after", "20"): (),
}


def refuse(constant):
    raise ValueError(constant)


@pytest.mark.parametrize("command", QUICK, ids=" ".join)
def test_json_is_the_document_and_alone_on_stdout(run, command):
    said = run(*command, SPIRAL, *QUICK[command], "--format", "json", "-v")
    document = json.loads(said.out, parse_constant=refuse)
    assert document["schema_version"] == 1
    assert (document["tool"], document["recipe"]) == ("nndoctor", str(SPIRAL))
    assert len(document["recipe_sha256"]) == 64
    assert document["command"] == " ".join(w for w in command if w[0] != "-" and not w.isdigit())
    assert document["seed"] == 0
    assert document["verdict"] == ("healthy" if command == ("checkup",) else "pass")
    assert document["exit_code"] == said.code
    assert {"python", "numpy", "numba", "platform"} <= document["environment"].keys()
    assert document["findings"]
    for finding in document["findings"]:
        assert finding["code"] in CHECKS
        assert finding["status"] in ("ok", "note", "warning", "error", "skip", "broken")
        assert finding["message"]
        assert set(finding["where"]) == {"layer", "step", "column"}
        assert finding.keys() >= {"name", "measured", "expected", "threshold", "source", "suggests"}
        assert finding.keys() >= {"advice", "evidence"}


@pytest.mark.parametrize("command", QUICK, ids=" ".join)
def test_text_ends_in_a_verdict_and_a_next_command(run, command):
    said = run(*command, SPIRAL, *QUICK[command])
    assert said.code == 0
    assert f"│ {'HEALTHY' if command == ('checkup',) else 'PASS'}  " in said.out
    assert said.out.splitlines()[-1].startswith("next: nndoctor ")
    assert said.err == ""


def test_initialisers_side_by_side(run):
    inits = ("normal(0,0.01)", "normal(0,1)", "xavier", "he_normal")
    said = run("activations", "report", SPIRAL, "--compare-inits", *inits)
    assert said.code == 0
    assert all(init in said.out for init in inits)


def test_one_seed_one_result_whatever_the_jobs(run):
    sweep = ("lr-sweep", SPIRAL, "--count", "5", "--updates", "60", "--seed")
    first = run(*sweep, 1, "--jobs", 1)
    assert run(*sweep, 1, "--jobs", 2) == first
    assert run(*sweep, 2, "--jobs", 2) != first


def test_a_data_file_gets_a_default_recipe_that_can_be_kept(run, good, tmp_path):
    kept = tmp_path / "kept.toml"
    said = run("check-loss", good, "--target", "y", "--save-recipe", kept)
    assert "no recipe given" in said.err
    assert 'target = "y"' in run("check-loss", good, "--target", "y", "-v").err
    assert tomllib.loads(kept.read_text(encoding="utf-8"))["data"]["path"] == good.name
    again = run("check-loss", kept)
    assert again.err == ""
    assert numbers(again.out) == numbers(said.out)


def numbers(text):
    return [line for line in text.splitlines() if line.startswith(("PASS", "WARN", "FAIL"))]


def test_the_next_command_keeps_names_with_spaces_and_changes(run, table):
    path = table("größe;b;ziel é", *(f"{i};2;{i % 2}" for i in range(20)), name="mit leer.csv")
    said = run("check-loss", path, "--target", "ziel é", "--set", "model.hidden=[4, 4]")
    told = f"'{path}' --target 'ziel é' --set 'model.hidden=[4, 4]'"
    assert said.out.splitlines()[-1] == f"next: nndoctor overfit-tiny {told}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
@pytest.mark.parametrize("end", ["", "\r"])
def test_a_table_as_excel_writes_it(run, table, encoding, end):
    rows = (f"{i};{i % 3};{i % 2}{end}" for i in range(20))
    path = table(f"Unnamed: 0;b;y{end}", *rows, encoding=encoding)
    assert run("check-loss", path, "--target", "y", "-q").code == 0


@pytest.mark.parametrize("row", ["1e300,1,0", "7,7,1"])
def test_huge_values_are_examined(run, table, row):
    path = table("a,b,y", row, *(f"{i},7,{i % 2}" for i in range(20)))
    assert run("check-loss", path, "--target", "y").code in (0, 1)


@pytest.mark.parametrize("rows", [2, 3])
def test_tiny_tables_end_in_a_verdict(run, table, rows):
    path = table("a,y", *(f"{i},{i % 2}" for i in range(rows)))
    assert run("checkup", path, "--target", "y").code in (0, 1, 4)


def test_two_targets(run, good):
    said = run("check-loss", good, "--target", "a", "--target", "b")
    assert "regression" in said.out
    assert said.out.splitlines()[-1].endswith("--target a --target b")


def test_a_batch_larger_than_the_data_is_said(run):
    said = run("check-loss", SPIRAL, "--set", "training.batch_size=100000")
    assert "batch_size 100000 is more than the 240 training rows" in " ".join(said.out.split())
    assert said.code == 0


def test_quiet_is_a_line_for_each_finding(run, good):
    said = run("check-loss", good, "--target", "y", "-q")
    assert [line.split()[1] for line in said.out.splitlines()] == [
        "ND301",
        "ND313",
        "ND302",
        "ND310",
    ]
    assert said.err == ""


def test_a_recipe_sets_levels_and_options_win(run, tmp_path):
    path = tmp_path / "r.toml"
    body = '[data]\ngenerator = "spiral"\n[model]\nhidden = [8]\n[checks.ND501]\ncount = 4\n'
    path.write_text(body, encoding="utf-8")
    assert "training at 4 rates" in run("lr-sweep", path, "-v", "--updates", 20).err
    assert "training at 3 rates" in run("lr-sweep", path, "-v", "--updates", 20, "--count", 3).err


def reported(*statuses, interrupted=False):
    findings = tuple(Finding("ND301", "initial-loss", status, "said") for status in statuses)
    return Report("check-loss", "A title", findings, interrupted=interrupted)


@pytest.mark.parametrize(
    ("report", "fail_on", "code"),
    [
        (reported(Status.OK, Status.NOTE), "error", 0),
        (reported(Status.WARNING), "error", 0),
        (reported(Status.WARNING), "warning", 1),
        (reported(Status.NOTE), "note", 1),
        (reported(Status.ERROR), "error", 1),
        (reported(Status.ERROR), "never", 0),
        (reported(Status.OK, Status.BROKEN), "error", 3),
        (reported(Status.SKIP), "error", 4),
        (reported(Status.OK, interrupted=True), "error", 130),
    ],
)
@pytest.mark.parametrize("format", ["text", "json"])
def test_exit_codes(run, monkeypatch, report, fail_on, code, format):
    monkeypatch.setattr(api, "check_loss", lambda setup, watch: report)
    assert run("check-loss", SPIRAL, "--fail-on", fail_on, "--format", format).code == code


def test_what_fails_exits_with_one(run):
    said = run("activations", "report", SPIRAL, "--set", "model.init=zeros")
    assert said.code == 1
    assert "│ FAIL  look first at " in said.out


@pytest.mark.parametrize("verbose", [(), ("-v",)])
def test_a_bug_is_ours_and_says_so(run, monkeypatch, verbose):
    monkeypatch.setattr(api, "check_loss", lambda setup, watch: math.sqrt(-1))
    said = run("check-loss", SPIRAL, *verbose)
    assert (said.code, said.out) == (3, "")
    assert "a bug of nndoctor: ValueError: math domain error" in said.err
    assert ("Traceback" in said.err) == bool(verbose)
