"""Writes docs/symptoms.md from the records of the causes: `python -m tools.make_symptoms`."""

import re
from dataclasses import dataclass
from pathlib import Path

from nndoctor.diagnosis.causes import CAUSES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "symptoms.md"
HEAD = """\
# My network does not train

<!-- written by `python -m tools.make_symptoms` -->

The short way, whatever you see: `nndoctor checkup recipe.toml`, or `nndoctor checkup data.csv
--target y`. It retrains with one change at a time and names what made the difference
([how](diagnosis.md)). Below is the long way, from what you see to the command that looks into it,
to what is often behind it, and to its cure.
"""


@dataclass(frozen=True)
class Symptom:
    """What somebody sees, what to ask first, and what is often behind it, the likeliest first."""

    title: str
    seen: str
    command: str
    causes: tuple[str, ...]


SYMPTOMS = (
    Symptom(
        "The loss is NaN, or explodes",
        "It jumps to huge values, `inf` or `nan`, at once or after some updates.",
        "nndoctor lr-sweep recipe.toml",
        (
            "learning_rate_too_high",
            "nan_in_data",
            "input_not_normalised",
            "exploding_gradient",
            "target_not_scaled",
            "init_too_large",
            "loss_reduction_sum",
            "gradient_sign_flipped",
        ),
    ),
    Symptom(
        "The first loss is wrong",
        "Before any update the loss is far from that of chance: ln C for C classes.",
        "nndoctor check-loss recipe.toml",
        (
            "init_too_large",
            "target_not_scaled",
            "input_not_normalised",
            "wrong_output_activation",
            "labels_wrong_encoding",
            "degenerate_labels",
        ),
    ),
    Symptom(
        "The loss does not move",
        "It stays where it began; accuracy is that of guessing.",
        "nndoctor overfit-tiny recipe.toml",
        (
            "learning_rate_too_low",
            "dead_relu",
            "init_constant",
            "init_too_small",
            "vanishing_gradient",
            "saturated_activation",
            "too_deep",
            "wrong_hidden_activation",
            "gradient_clipping_too_tight",
            "optimizer_epsilon_bad",
            "input_double_scaled",
        ),
    ),
    Symptom(
        "The loss falls, but slowly, or ends too high",
        "The curve is still falling at the end, or flattens far above what others reach.",
        "nndoctor updates recipe.toml",
        (
            "learning_rate_too_low",
            "too_few_epochs",
            "schedule_decays_too_fast",
            "early_stopping_too_early",
            "batch_size_too_large",
            "wrong_optimizer",
            "over_regularised",
            "dropout_too_high",
            "double_softmax",
            "missing_output_activation",
            "wrong_output_units",
            "conflicting_labels",
        ),
    ),
    Symptom(
        "The loss jumps up and down",
        "It goes down and up again, within an epoch or from one to the next.",
        "nndoctor updates recipe.toml",
        (
            "learning_rate_too_high",
            "momentum_too_high",
            "batch_size_too_small",
            "unshuffled_data",
        ),
    ),
    Symptom(
        "All predictions are the same",
        "Whatever the row, the answer is one class, or the mean.",
        "nndoctor baselines recipe.toml",
        (
            "class_imbalance",
            "dead_relu",
            "target_broadcast",
            "labels_wrong_encoding",
            "wrong_output_activation",
            "over_regularised",
            "wrong_loss",
            "wrong_metric",
            "constant_features",
        ),
    ),
    Symptom(
        "Not even the training rows are fitted",
        "Training and validation scores are equally poor.",
        "nndoctor bias-variance recipe.toml",
        (
            "underfitting",
            "capacity_too_small",
            "missing_hidden_activation",
            "over_regularised",
            "dropout_too_high",
        ),
    ),
    Symptom(
        "A loop of my own in PyTorch learns little",
        "The same network learns elsewhere; in this program it stands still, or ends too high.",
        "nndoctor checkup train.py:setup",
        (
            "weights_not_moved",
            "gradients_not_zeroed",
            "parameters_not_trained",
            "parameters_frozen",
            "graph_detached",
            "rows_mixed",
            "input_ignored",
            "gradient_not_finite",
            "dropout_in_evaluation",
            "eval_mode_in_training",
            "double_softmax",
            "target_broadcast",
            "gradient_sign_flipped",
        ),
    ),
    Symptom(
        "Good on training rows, poor on others",
        "The training loss falls on, the validation loss stands still or rises.",
        "nndoctor bias-variance recipe.toml",
        (
            "overfitting",
            "too_little_data",
            "labels_noisy",
            "labels_random",
            "labels_shuffled",
            "input_uninformative",
            "train_test_mismatch",
        ),
    ),
    Symptom(
        "Too good to be true, or good here and poor in use",
        "Validation scores are near perfect, and new rows tell another story.",
        "nndoctor data report recipe.toml",
        ("data_leak", "duplicate_rows", "train_test_mismatch", "missing_validation"),
    ),
)


def render() -> str:
    """The whole page."""
    return "\n".join([HEAD, *map(_section, SYMPTOMS)])


def _section(symptom: Symptom) -> str:
    rows = [
        f"| [{cause.title}](causes.md#{cause.name}) | {cause.what} | {_cure(cause.treatment)} |"
        for cause in map(CAUSES.__getitem__, symptom.causes)
    ]
    return "\n".join(
        [
            f"## {symptom.title}\n\n{symptom.seen}\n\n    {symptom.command}\n",
            "| often behind it | what that is | cure |\n|---|---|---|",
            *rows,
            "",
        ]
    )


def _cure(text: str) -> str:
    """The words of a cure, its settings as code."""
    return re.sub(r'([a-z_.]+ = (?:"[^"]*"|[^\s,;]+))', r"`\1`", text)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
