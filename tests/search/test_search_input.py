"""Bad input: refused in one line, with what would be right."""

import pytest

from nndoctor import load_setup, search
from nndoctor.errors import NNDoctorError
from nndoctor.outputs import claimed

from .test_search import trials


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('"optimizer.learning_rat" = { low = 1e-5, high = 0.1 }', ["learning_rate", ":15"]),
        ('"model.dropout" = { low = 0.5, high = 1.5 }', ["1.5", "less than 1", ":15"]),
        ('"model.dropout" = { low = 0.5, high = 0.1 }', ["nothing between"]),
        ('"model.dropout" = { low = 0.5 }', ["high is missing"]),
        ('"model.dropout" = { low = 0.1, hihg = 0.5 }', ['did you mean "high"']),
        ('"model.dropout" = { low = 0, high = 0.5, scale = "log" }', ["no logarithm"]),
        ('"model.dropout" = { low = 0.1, high = 0.5, scale = "lgo" }', ['did you mean "log"']),
        ('"model.dropout" = [0.1]', ["nothing to choose"]),
        ('"optimizer.momentum" = { low = 0.5, high = 1.0, scale = "one-minus-log" }', ["below 1"]),
        ('"training.batch_size" = { low = 16, high = 48, scale = "log2" }', ["powers of two"]),
        ('"model.activation" = ["relu", "rleu"]', ['"relu"']),
        ('"training.seed" = { low = 0, high = 9 }', ["can't be searched"]),
        ('"training.epochs" = { low = 1, high = 9 }', ["stages"]),
        ('"data.validation" = { low = 0.1, high = 0.5 }', ["share their rows"]),
    ],
)
def test_an_impossible_space_is_refused(recipe, entry, words):
    with pytest.raises(NNDoctorError) as refused:
        load_setup(recipe(f"[search.space]\n{entry}\n"))
    told = " ".join(f"{one.problem} {one.hint}" for one in refused.value.mistakes)
    assert all(word in told for word in words), told


def test_keys_without_quotes_mean_the_same(recipe):
    setup = load_setup(recipe("[search.space]\nmodel.dropout = { low = 0.0, high = 0.5 }\n"))
    assert setup.recipe.search.space == {"model.dropout": {"low": 0.0, "high": 0.5}}


def test_a_study_that_is_there_is_kept(small, tmp_path):
    place = tmp_path / "s.journal"
    search(small, study=place, trials=2, stages=1)
    before = place.read_bytes()
    with pytest.raises(NNDoctorError, match="there already"):
        search(small, study=place, trials=2, stages=1)
    with pytest.raises(NNDoctorError, match="another recipe"):
        search(small, study=place, trials=3, stages=1, resume=True)
    assert place.read_bytes() == before


def test_a_damaged_journal_is_told(small, tmp_path):
    place = tmp_path / "s.journal"
    place.write_text("no json\nat all\n")
    with pytest.raises(NNDoctorError, match="can't be read as a study"):
        search(small, study=place, resume=True)


def test_two_searches_on_one_study_are_refused(small, tmp_path):
    place = tmp_path / "s.journal"
    with claimed(place), pytest.raises(NNDoctorError, match="another run"):
        search(small, study=place)


def test_a_full_disk_is_told(small, tmp_path, monkeypatch):
    from optuna.storages.journal import JournalFileBackend

    def full(self, logs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(JournalFileBackend, "append_logs", full)
    with pytest.raises(NNDoctorError, match="No space left"):
        search(small, study=tmp_path / "s.journal")


@pytest.mark.parametrize("address", ["nonsense", "sqlite:////no/such/folder/s.db"])
def test_an_unreachable_storage_is_told(small, address):
    with pytest.raises(NNDoctorError, match="can't be read as a study"):
        search(small, storage=address)


def test_passwords_are_not_shown(small):
    with pytest.raises(NNDoctorError) as refused:
        search(small, storage="mysql://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(refused.value)


def test_an_unknown_sampler_is_told(small):
    with pytest.raises(NNDoctorError, match="no sampler"):
        search(small, sampler="gird")


def test_force_deletes_no_study_of_another_recipe_with_the_same_name(recipe, tmp_path):
    address = f"sqlite:///{tmp_path / 's.db'}"
    first = load_setup(recipe())
    kept = trials(search(first, storage=address, trials=2, stages=1))
    other = load_setup(recipe(), set=["model.hidden=[4]"])
    for options in ({}, {"force": True}, {"resume": True}):
        with pytest.raises(NNDoctorError, match="another recipe") as refused:
            search(other, storage=address, trials=2, stages=1, **options)
        assert "--storage" in refused.value.mistakes[0].hint
    again = search(first, storage=address, trials=2, stages=1, resume=True)
    assert trials(again) == kept
    anew = search(first, storage=address, trials=2, stages=1, force=True)
    assert [one["values"] for one in anew.fields["search"]["trials"]] == [
        one["values"] for one in again.fields["search"]["trials"]
    ]


def test_a_misspelt_key_is_named_together_with_all_other_mistakes(recipe):
    wrong = '"optimizer.learning_rat" = [1, 2]\n"optimizer.momentum" = { low = 1, high = 0.5 }\n'
    with pytest.raises(NNDoctorError) as caught:
        load_setup(recipe(f"[search.space]\n{wrong}"), set=["model.activation=rellu"])
    told = " ".join(one.problem for one in caught.value.mistakes)
    for one in ("'rellu'", "leave nothing between", "optimizer.learning_rat: there is no such key"):
        assert told.count(one) == 1


@pytest.mark.parametrize("text", ["my notes\nlast line without end", "{}", '{"op": 1}\n'])
def test_a_file_that_is_no_study_is_left_as_it_is(small, tmp_path, text):
    notes = tmp_path / "notes.txt"
    notes.write_text(text)
    with pytest.raises(NNDoctorError, match="something else is in it"):
        search(small, study=notes, resume=True)
    assert notes.read_text() == text
