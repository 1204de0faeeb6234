"""How many updates a compiled call makes, and whether cores help with them."""

from nndoctor.adapters.stretches import AGAIN, SPAN, Stretches
from nndoctor.engine.panels import LARGE, SURE

MIDDLING = (LARGE + SURE) / 2


def calls(stretches, largest, seconds, count):
    """For each of so many calls whether cores helped; an update takes `seconds[helped]`."""
    told = []
    for _ in range(count):
        made = stretches.next(32, largest)
        told.append(stretches.helped)
        stretches.took(made, made * seconds[stretches.helped])
    return told


def test_calls_grow_until_they_fill_a_span():
    stretches, seconds, made = Stretches(), SPAN / 1000, []
    for _ in range(6):
        made.append(stretches.next(32, 0))
        stretches.took(made[-1], made[-1] * seconds)
    assert made[:4] == [1, 8, 64, 512]
    assert 990 <= made[-1] <= 1000
    assert stretches.next(64, 0) == 1  # batches of another size take another time


def test_small_products_are_not_helped_with_and_large_ones_always():
    slower = {True: 2e-4, False: 1e-4}
    assert calls(Stretches(), LARGE / 2, slower, 40) == [False] * 40
    assert calls(Stretches(), SURE, slower, 40) == [True] * 40


def test_between_them_the_faster_way_is_taken_and_the_other_tried_again():
    for faster in (True, False):
        told = calls(Stretches(), MIDDLING, {faster: 1e-4, not faster: 2e-4}, 1 + 20 * AGAIN)
        assert told[:3] == [True, True, False]
        assert told[3:].count(not faster) <= 20
        assert told[3:].count(not faster) >= 18


def test_what_was_slower_and_is_faster_now_is_found_out():
    stretches = Stretches()
    calls(stretches, MIDDLING, {True: 1e-4, False: 2e-4}, 20)
    told = calls(stretches, MIDDLING, {True: 3e-4, False: 2e-4}, 40)
    assert told[1:].count(True) <= 5  # the first shows it
    told = calls(stretches, MIDDLING, {True: 1e-4, False: 2e-4}, 40)
    assert told[AGAIN:].count(False) <= 5
