"""Rows that are searched, confirmed and trained on: disjoint, by seed, never the user's test."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.comparison import Split, arm
from nndoctor.data import Dataset
from nndoctor.diagnosis.evidence import Evidence
from nndoctor.diagnosis.learnable import beats_chance, bond_of, data_verdict
from nndoctor.diagnosis.references import Reference
from nndoctor.diagnosis.subject import Part, Refused
from nndoctor.findings import Verdict
from nndoctor.recipe import loads
from nndoctor.setup import build
from nndoctor.subjects.judged_rows import CONFIRM_FROM, HELD_FROM, JudgedRows
from nndoctor.subjects.recipe_subject import RecipeSubject

NONE = np.zeros(0, np.int64)


def table(rows: int, fixed: int = 0) -> JudgedRows:
    x = np.arange(rows + fixed, dtype=float)[:, None]
    data = Dataset(x, ("x",), x % 2, ("y",), "rows")
    return JudgedRows(data, np.arange(rows), np.arange(rows, rows + fixed))


def sets(judged: JudgedRows, seed: int, part: Part, own: float = 0.0) -> list[set]:
    return [set(one.tolist()) for one in judged.parts(seed, part, own)]


@pytest.mark.parametrize("rows", [HELD_FROM, 200, CONFIRM_FROM, 3000])
@pytest.mark.parametrize("own", [0.0, 0.2])
@pytest.mark.parametrize("part", list(Part))
def test_what_is_judged_is_neither_trained_nor_decided_on(rows, own, part):
    train, validation, judged = sets(table(rows), 3, part, own)
    assert judged
    assert bool(validation) == bool(own)
    assert len(train | validation | judged) == len(train) + len(validation) + len(judged)


def test_many_rows_have_a_part_that_the_search_never_scores_or_trains_on():
    judged = table(CONFIRM_FROM)
    kept = set(judged.confirmation.tolist())
    assert len(kept) == CONFIRM_FROM // 5
    for seed in range(20):
        train, _, scored = sets(judged, seed, Part.SEARCH)
        assert not kept & (train | scored)
        train, _, scored = sets(judged, seed, Part.CONFIRMATION)
        assert scored == kept
        assert not kept & train
    assert judged.between(Part.CONFIRMATION).split is Split.FIXED
    assert judged.between(Part.SEARCH).split is Split.NEW


@pytest.mark.parametrize(("rare", "kept"), [(122, False), (125, True)])
@pytest.mark.parametrize("fixed", [False, True])
def test_a_part_with_hardly_a_row_of_the_rarer_classes_is_not_kept_for_confirmation(
    rare, kept, fixed
):
    judged = table(300, fixed=250) if fixed else table(1000)
    of_them = 48 + kept * 2 if fixed else rare  # half of a file is kept, a fifth of a table
    classes = np.zeros(len(judged.dataset), int)
    classes[-of_them:] = 1
    judged = replace(judged, classes=classes)
    assert bool(len(judged.confirmation)) == kept
    assert kept or judged.none_apart == "only 24 of them would be outside the largest class"
    assert (judged.between(Part.CONFIRMATION).split is Split.FIXED) == (kept or fixed)


def test_few_rows_are_split_anew_by_each_seed_and_corrected_for_that():
    judged = table(200)
    scored = [frozenset(sets(judged, seed, Part.CONFIRMATION)[2]) for seed in range(5)]
    assert len(set(scored)) == 5
    rows = judged.between(Part.CONFIRMATION)
    assert (rows.split, rows.ratio) == (Split.NEW, 0.25)


def test_fewer_rows_are_judged_on_those_trained_on_and_seeds_differ_in_them():
    judged = table(HELD_FROM - 1)
    assert judged.between(Part.SEARCH).split is Split.TRAINING
    trained = [frozenset(sets(judged, seed, Part.SEARCH)[0]) for seed in range(3)]
    assert len(set(trained)) == 3
    assert sets(table(4), 0, Part.SEARCH)[0] == {0, 1, 2, 3}


@pytest.mark.parametrize(("share", "held"), [(0.1, 40), (0.2, 40), (0.8, 160)])
def test_who_holds_out_more_is_judged_on_more_and_trains_on_less(share, held):
    text = f'[data]\ngenerator = "moons"\nn = 200\nvalidation = {share}\n'
    text += "[model]\nhidden = [4]\n[training]\nepochs = 1\n"
    subject = RecipeSubject.of(build(loads(text), "recipe", text))
    train, _, judged = sets(subject.table, 0, Part.SEARCH)
    assert (len(train), len(judged)) == (200 - held, held)
    assert subject.between(Part.SEARCH).ratio == pytest.approx(held / (200 - held))


def test_rows_of_a_file_to_validate_on_are_halved_between_search_and_confirmation():
    judged = table(300, fixed=400)
    search, fresh = (sets(judged, 0, part)[2] for part in Part)
    assert not search & fresh
    assert search | fresh == set(range(300, 700))


def test_both_halves_of_such_a_file_have_each_class_in_its_share_whatever_its_order():
    judged = table(300, fixed=400)
    judged = replace(judged, classes=judged.dataset.y[:, 0].astype(int))  # 0, 1, 0, 1, ...
    for part in Part:
        _, _, scored = judged.parts(0, part, 0.0)
        assert np.bincount(judged.classes[scored]).tolist() == [100, 100]


def test_the_test_part_of_the_recipe_is_never_touched():
    text = '[data]\ngenerator = "moons"\nn = 700\ntest = 0.2\nvalidation = 0.2\n'
    text += "[model]\nhidden = [4]\n[training]\nepochs = 1\n"
    setup = build(loads(text), "recipe", text)
    subject = RecipeSubject.of(setup)
    assert len(subject.table.usable) == 560
    theirs = setup.test.x
    for part in Part:
        made = subject.setup(5, part)
        rows = np.concatenate([made.train.x, made.test.x])
        assert not (rows[:, None] == theirs[None]).all(axis=2).any()


STOPPING = "[training.early_stopping]\npatience = 2\n"
PLATEAU = '[schedule]\nname = "plateau"\nfactor = 0.5\npatience = 2\n'


@pytest.mark.parametrize("how", [STOPPING, PLATEAU], ids=["early stopping", "plateau"])
def test_the_epoch_that_early_stopping_picks_is_not_judged_on_the_rows_that_picked_it(how):
    text = '[data]\ngenerator = "moons"\nn = 200\nvalidation = 0.2\n[model]\nhidden = [4]\n'
    text += f"[training]\nepochs = 5\n{how}"
    made = RecipeSubject.of(build(loads(text), "recipe", text)).setup(0, Part.SEARCH)
    assert len(made.validation) == 32
    assert len(made.test) == 40
    assert not (made.validation.x[:, None] == made.test.x[None]).all(axis=2).any()


def test_rows_that_repeat_stay_on_one_side_of_every_split():
    random = np.random.default_rng(0)
    once = random.normal(size=(150, 2))
    x = np.concatenate([once, once[:100]])
    dataset = Dataset(x, ("a", "b"), (x[:, :1] > 0) + 0.0, ("y",), "rows")
    text = (
        '[data]\npath = "rows.csv"\ntarget = "y"\ntask = "classification"\n[model]\nhidden = [4]\n'
    )
    subject = RecipeSubject.of(build(loads(text), "recipe", text, dataset=dataset), dataset=dataset)
    assert subject.judged_on == "held-out rows, equal rows kept together"
    for seed in range(5):
        made = subject.setup(seed, Part.SEARCH)
        assert not (made.train.x[:, None] == made.test.x[None]).all(axis=2).any()
    mixed = subject.mixed()
    assert mixed.judged_on == "held-out rows"
    assert mixed.key != subject.key
    made = mixed.setup(0, Part.SEARCH)
    assert (made.train.x[:, None] == made.test.x[None]).all(axis=2).any()
    assert isinstance(mixed.mixed(), Refused)


def test_rows_that_repeat_by_chance_may_stand_on_both_sides():
    random = np.random.default_rng(0)
    x = random.integers(100, size=(250, 1)).astype(float)
    dataset = Dataset(x, ("a",), (x > 50) + 0.0, ("y",), "rows")
    text = (
        '[data]\npath = "rows.csv"\ntarget = "y"\ntask = "classification"\n[model]\nhidden = [4]\n'
    )
    subject = RecipeSubject.of(build(loads(text), "recipe", text, dataset=dataset), dataset=dataset)
    assert subject.judged_on == "held-out rows"


def test_rows_of_a_file_are_judged_as_they_are_even_if_they_repeat():
    judged = table(100, fixed=100)
    repeated = JudgedRows(judged.dataset, judged.usable, judged.fixed, None, np.arange(200) // 2)
    assert repeated.words == "held-out rows"
    assert repeated.mixed is None


def test_a_table_of_few_different_rows_is_split_as_it_is():
    x = np.repeat(np.eye(2), 100, axis=0)
    dataset = Dataset(x, ("a", "b"), x[:, :1], ("y",), "rows")
    text = (
        '[data]\npath = "rows.csv"\ntarget = "y"\ntask = "classification"\n[model]\nhidden = [4]\n'
    )
    subject = RecipeSubject.of(build(loads(text), "recipe", text, dataset=dataset), dataset=dataset)
    assert subject.judged_on == "held-out rows"


def patients(count: int, visits: int) -> RecipeSubject:
    """Visits of patients, each with two measures of its own and a diagnosis drawn by lot."""
    random = np.random.default_rng(3)
    who = np.repeat(np.arange(count), visits)
    x = random.normal(size=(count, 2))[who] + 0.1 * random.normal(size=(len(who), 2))
    y = (random.random(count) < 0.5).astype(float)[who][:, None]
    dataset = replace(Dataset(x, ("a", "b"), y, ("y",), "rows"), groups=who)
    given = '[data]\npath = "rows.csv"\ntarget = "y"\ntask = "classification"\ngroup = "who"\n'
    text = f"{given}[model]\nhidden = [4]\n"
    return RecipeSubject.of(build(loads(text), "recipe", text, dataset=dataset), dataset=dataset)


@pytest.mark.parametrize("count", [3, 40])
def test_rows_of_a_group_that_the_user_named_stay_together_however_few_groups_there_are(count):
    subject = patients(count, 700 // count)
    assert subject.judged_on == "held-out rows, rows of one 'who' kept together"
    who = subject.table.dataset.groups
    for part in Part:
        for seed in range(5):
            train, own, judged = subject.table.parts(seed, part, 0.2)
            assert len(judged)
            assert not {*who[train], *who[own]} & {*who[judged]}
    # 40 groups in all: a fixed part of some of them would be a matter of luck
    assert subject.between(Part.CONFIRMATION).split is Split.NEW


def test_rows_of_a_group_tell_of_the_target_no_more_than_one_of_them():
    many = patients(20, 40)
    assert many.rows(0, Part.SEARCH).alike == 40
    assert bond_of("classification", many.rows(0, Part.SEARCH)) == 0
    assert bond_of("classification", replace(many.rows(0, Part.SEARCH), alike=1.0)) > 0


@pytest.mark.parametrize("count", [5, 30])
def test_a_target_that_differs_within_its_groups_is_learned_however_few_they_are(count):
    random = np.random.default_rng(1)
    who = np.repeat(np.arange(count), 300 // count)
    x = random.normal(size=(300, 2))
    dataset = replace(Dataset(x, ("a", "b"), (x[:, :1] > 0) + 0.0, ("y",), "rows"), groups=who)
    text = '[data]\npath = "rows.csv"\ntarget = "y"\ntask = "classification"\ngroup = "who"\n'
    text += "[model]\nhidden = [4]\n"
    subject = RecipeSubject.of(build(loads(text), "recipe", text, dataset=dataset), dataset=dataset)
    learned = Reference("a network", arm([0.7] * 3, np.zeros((3, 20))))
    assert beats_chance(subject, learned, held=True)
    assert not beats_chance(patients(count, 300 // count), learned, held=True) or count == 30


def test_few_groups_that_share_their_target_leave_open_whether_it_was_learned_or_luck():
    score = arm([0.7] * 3, np.zeros((3, 20)))
    network = Reference("a network", score, True, train_scores=(1.0, 1.0, 1.0))
    told = data_verdict(patients(5, 60), [network], Evidence({}), True)
    assert told.verdict is Verdict.UNDECIDED
    assert "groups are too few to tell learning from luck" in told.sentence
