"""Kept results: drawn again in every form, as a baseline, and by tools around the command line."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from nndoctor.cli.options import Format

from .conftest import ROOT, SPIRAL
from .test_cli_terminals import posix

SICK = ROOT / "recipes" / "sick" / "equal-weights.toml"
BROWSER = next(filter(shutil.which, ("chromium", "chromium-browser", "google-chrome")), None)


@pytest.fixture
def result(run, tmp_path):
    """A failing result, as a file."""
    said = run("activations", "report", SICK, "--format", "json")
    path = tmp_path / "result.json"
    path.write_text(said.out)
    assert said.code == json.loads(said.out)["exit_code"] == 1
    return path


@pytest.mark.parametrize("format", [one.value for one in Format])
def test_a_kept_result_is_drawn_in_every_format(run, result, format):
    said = run("report", result, "--format", format)
    assert (said.code, said.err) == (1, "")
    assert "ND" in said.out
    if format == "json":
        assert said.out == result.read_text()


def test_what_cannot_be_read_is_refused(run, result, tmp_path):
    for name, text in (("cut", result.read_text()[:500]), ("old", '{"tool": "nndoctor"}')):
        path = tmp_path / f"{name}.json"
        path.write_text(text)
        said = run("report", path)
        assert (said.code, said.out) == (2, "")
        assert "hint: " in said.err
    assert run("report", tmp_path / "none.json").code == 2
    assert f"did you mean {result}" in run("report", tmp_path / "reslut.json").err
    assert f"hint: nndoctor checkup {SPIRAL}" in run("report", SPIRAL).err
    assert run("report", result, "--html", result).err.startswith(f"error: {result} is read by")
    assert run("report", result, "--fail-on", "never").code == 0


def test_known_findings_do_not_fail(run, result, tmp_path):
    said = run("report", result, "--baseline", result)
    assert said.code == 0
    assert re.search(r"\d+ of \d+ remarks (is|are) known from ", said.err)
    (tmp_path / "codes.txt").write_text("ND999")
    said = run("check-loss", SPIRAL, "--baseline", tmp_path / "codes.txt")
    assert (said.code, said.out) == (2, "")


def test_the_schema_of_results_is_printed(run):
    said = run("schema", "--result")
    assert said.code == 0
    assert "schema_version" in json.loads(said.out)["properties"]


def test_a_page_is_written_and_opens_without_a_complaint(run, result, tmp_path):
    path = tmp_path / "page.html"
    said = run("report", result, "--html", path)
    assert (said.code, said.err) == (1, f"wrote {path}\n")
    assert run("report", result, "--html", path).code == 2
    if BROWSER is None:
        pytest.skip("no Chromium to open it in")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0")
    opened = subprocess.run(
        (BROWSER, *flags, f"--user-data-dir={tmp_path / 'browser'}", "--dump-dom", path.as_uri()),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "how to reproduce" in opened.stdout
    assert "CONSOLE" not in opened.stderr


@pytest.mark.slow
@posix
def test_the_hook_runs_over_every_file_it_is_given(tmp_path):
    entry = re.search(r"^  entry: (.*)$", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.M)
    command = tmp_path / "nndoctor"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m nndoctor "$@"\n')
    command.chmod(0o755)
    path = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
    setting = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}

    def hook(*files):
        words = (*shlex.split(entry[1]), *map(str, files))
        return subprocess.run(words, env=setting, capture_output=True, text=True, cwd=ROOT)

    assert hook(SPIRAL).returncode == 0
    done = hook(tmp_path / "none.toml", SPIRAL)
    assert done.returncode == 1
    assert "none.toml" in done.stderr
    assert "PASS" in done.stdout
