"""A slice of `benchmarks/fuzz.py`: whatever is fed to the command line, it ends in a sane way."""

import fuzz
import pytest

pytestmark = pytest.mark.slow  # whole runs, or processes of their own


def test_some_spoiled_inputs():
    """Before the tests CI feeds it as many as a minute allows."""
    kinds, failed = set(), []
    for number, case, outcome in fuzz.outcomes(7, range(60), 300.0):
        kinds.add(case.kind.split(" .")[0])
        if outcome.outcome not in fuzz.FINE:
            failed.append((number, case.arguments, outcome.outcome, outcome.signature))
    assert failed == []
    assert kinds == {"recipe", "--set", "data", "model", "checkpoint", "command line"}
    assert number == 59


def test_what_goes_wrong_is_told_apart(monkeypatch, tmp_path):
    from nndoctor.cli import app

    def broken(code):
        def run():
            if code is None:
                raise RuntimeError("oops")
            return code

        return run

    bug = app._bug
    for code, outcome in ((0, "result"), (1, "result"), (2, "silent"), (9, "silent")):
        monkeypatch.setattr(app, "_run", broken(code))
        assert fuzz.run(["checks"]).outcome == outcome
    monkeypatch.setattr(app, "_run", broken(None))
    told = fuzz.run(["checks"])
    assert told.outcome == "traceback"
    assert told.signature.startswith("RuntimeError at ")
    assert app._bug is bug
