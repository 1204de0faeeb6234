import io
import signal
import threading
import time

import pytest
from rich.console import Console
from rich.progress import Progress

from nndoctor.report.progress import STOPPING, ProgressWatch


@pytest.fixture
def terminal():
    return Console(
        file=io.StringIO(), force_terminal=True, width=100, color_system=None, markup=False
    )


@pytest.fixture
def pipe():
    return Console(file=io.StringIO(), force_terminal=False, width=100, markup=False)


def test_shows_stage_count_and_numbers(terminal):
    with ProgressWatch(terminal) as watch:
        watch.stage("reading")
        watch.stage("training", total=10)
        watch.advance(4, loss=0.123456)
        time.sleep(0.25)
    text = terminal.file.getvalue()
    assert all(part in text for part in ("training", "4/10", "loss 0.1235"))


def test_silent_where_nobody_looks(pipe):
    with ProgressWatch(pipe) as watch:
        watch.stage("training", total=10)
        watch.advance(4)
    assert pipe.file.getvalue() == ""


def test_disabled(terminal):
    with ProgressWatch(terminal, enabled=False) as watch:
        watch.stage("training", total=10)
    assert terminal.file.getvalue() == ""


def test_verbose_tells_stages_as_plain_lines(pipe):
    with ProgressWatch(pipe, verbosity=1) as watch:
        watch.stage("training", total=10)
        watch.advance(4)
    assert pipe.file.getvalue() == "training\n"


def test_what_was_written_is_said_in_one_line_but_quietly(pipe):
    place = "x" * 200 + "\x1b[8m [bold]"
    for verbosity in (0, -1):
        with ProgressWatch(pipe, verbosity=verbosity) as watch:
            watch.wrote(place)
    assert pipe.file.getvalue() == "wrote " + "x" * 200 + r"\x1b[8m [bold]" + "\n"


def test_names_are_no_markup_and_no_escapes(terminal, pipe):
    for console, verbosity in ((terminal, 0), (pipe, 1)):
        with ProgressWatch(console, verbosity=verbosity) as watch:
            watch.stage("layer [red]1[/nope] \x1b[8m", total=10)
            watch.advance(4, "rate \x9b[bold]")
            time.sleep(0.25)
        text = console.file.getvalue()
        assert r"layer [red]1[/nope] \x1b[8m" in text
        assert r"rate \x9b[bold]" in text
        assert "\x1b[8m" not in text


def test_steps_of_many_threads_in_one_moment_are_drawn_once(terminal, monkeypatch):
    drawn = []
    update = Progress.update
    monkeypatch.setattr(
        Progress, "update", lambda *given, **now: (drawn.append(now), update(*given, **now))
    )
    monkeypatch.setattr("nndoctor.report.progress.time.monotonic", lambda: 100.0)
    with ProgressWatch(terminal) as watch:
        watch.stage("training", total=20_000)
        threads = [
            threading.Thread(target=lambda: [watch.advance(n, loss=1.0) for n in range(20_000)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(drawn) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interrupt_asks_and_the_second_ends(pipe, number):
    before = signal.getsignal(number)
    with ProgressWatch(pipe) as watch:
        watch.stage("training", total=10)
        assert not watch.cancelled()
        signal.raise_signal(number)
        assert watch.cancelled()
        assert STOPPING in pipe.file.getvalue()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_work_without_steps_is_interrupted_at_once(pipe):
    with ProgressWatch(pipe) as watch:
        watch.stage("compiling")
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert not watch.cancelled()


def test_other_threads_leave_the_handler_alone(pipe):
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        with ProgressWatch(pipe):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
