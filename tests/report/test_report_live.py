"""The live view of a training: each frame is drawn by itself."""

import io

import pytest
from rich.console import Console

from nndoctor.findings import Series
from nndoctor.report import live
from nndoctor.watch import Frame


def frame(number: int) -> Frame:
    curve = Series("training loss", (0.0, 1.0, 2.0), (3.0, 2.0, 1.0), "epoch", "loss")
    return Frame(number, 10, f"epoch {number}", (curve,), (), events=(f"event {number}",))


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("colour", [None, "standard"])
def test_a_frame_does_not_hold_the_one_before_it(monkeypatch, encoding, colour):
    monkeypatch.setattr(live, "BETWEEN", 0.0)
    monkeypatch.setattr(live, "SHARE", 0)
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(
        file=file, force_terminal=True, width=80, height=40, color_system=colour, markup=False
    )
    view = live.LiveView(console)
    try:
        drawn = []
        for number in (1, 2):
            view.newest(lambda number=number: frame(number))
            file.flush()
            drawn.append(file.buffer.getvalue().decode(encoding))
    finally:
        view.stop()
    second = drawn[1].removeprefix(drawn[0])
    assert second.count("epoch 2") == 1
    assert second.count("event 2") == 1
    assert "epoch 1" not in second
    assert "event 1" not in second
    assert second.count("training loss") == 1
    assert ("\x1b[3" in second) == (colour is not None)  # the colours stay
