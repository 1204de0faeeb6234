"""`nndoctor search`: the study it goes on with, and options that do not go together."""

import pytest

RECIPE = """\
[data]
generator = "moons"
n = 60
[model]
hidden = [4]
[training]
epochs = 2
"""


@pytest.fixture
def studies(tmp_path, monkeypatch):
    """Makes recipes and studies, none of them whole, in a folder to work in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "searches").mkdir()

    def make(recipe, *names):
        (tmp_path / recipe).write_text(RECIPE)
        for name in names:
            (tmp_path / "searches" / name).write_text("no journal\n")

    return make


def test_the_study_of_another_recipe_is_not_resumed(run, studies):
    studies("net.toml", "net-wide-1.journal", "net-.journal", "net-1x.journal", "network-1.journal")
    said = run("search", "net.toml", "--resume")
    assert (said.code, said.out) == (2, "")
    assert "no study of net.toml in searches/" in said.err


@pytest.mark.parametrize("recipe", ["net.toml", "a[1].toml", "a*?.toml"])
def test_the_newest_study_of_the_recipe_is_resumed_whatever_its_name(run, studies, recipe):
    mine = f"{recipe.removesuffix('.toml')}-12.journal"
    studies(recipe, mine)
    said = run("search", recipe, "--resume")
    assert (said.code, said.out) == (2, "")
    assert mine in said.err


@pytest.mark.parametrize(
    "more",
    [
        ("--write", "best.toml"),
        ("--study", "mine.journal"),
        ("--storage", "sqlite:///s.db"),
        ("--resume",),
        ("--budget", "5s"),
        ("--stages", "2"),
        ("--sampler", "tpe"),
        ("--sampler", "random"),
    ],
)
def test_what_a_comparison_of_samplers_has_no_use_for_is_refused(run, studies, more):
    studies("net.toml")
    said = run("search", "net.toml", "--compare-samplers", *more)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {more[0]} beside --compare-samplers")
    assert "hint: " in said.err
