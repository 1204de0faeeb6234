"""Advice that names keys of a recipe, in the words of PyTorch, whose users have no recipe."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..findings import Finding

INPUTS = "x = (x - x.mean(0)) / x.std(0), by the training rows"
TARGET = "y = (y - y.mean(0)) / y.std(0), by the training rows"
CLIP = "nn.utils.clip_grad_norm_(model.parameters(), 1.0)"
WORDS = {
    'set data.preprocess.features = "standardize"': INPUTS,
    'features = "standardize"': INPUTS,
    'set data.preprocess.target = "standardize"': TARGET,
    'preprocess.target = "standardize"': TARGET,
    "set data.missing to fill": "fill",
    'data.missing = "fill"': "fill what is missing, or leave these rows out",
    "scale once: either in the file or in the recipe": "scale once",
    "scale once: in the file or in the recipe": "scale once",
    'init = "he_normal"': "nn.init.kaiming_normal_(layer.weight)",
    'init = "glorot_uniform"': "nn.init.xavier_uniform_(layer.weight)",
    "he_normal": "kaiming_normal_",
    "xavier": "xavier_normal_",
    'activation = "relu"': "nn.ReLU()",
    'output_activation = "linear"': "no activation behind the last layer",
    "linear with from_logits = true": "linear, and a loss on logits",
    "from_logits = true": "no softmax or sigmoid before a loss on logits",
    "classes: cross_entropy; numbers: mse": "classes: nn.CrossEntropyLoss(); numbers: nn.MSELoss()",
    'reduction = "mean"': 'reduction="mean"',
    'class_weights = "balanced"': "weight= of the loss, large for rare classes",
    'target_encoding = "class"': "as torch.int64",
    'name = "adam"': "torch.optim.Adam(model.parameters())",
    "--set optimizer.clip_norm=1": CLIP,
    "clip_norm = 1.0": CLIP,
    "clip_norm": "max_norm of clip_grad_norm_",
    "--set model.output_bias_init=prior starts": "start",
    "batch_norm = true": "batch norm",
    "layer_norm = true": "layer norm",
    "batch_size = 32": "batch_size=32",
    "shuffle = true": "shuffle=True",
    "momentum = 0.9": "momentum=0.9",
    "validation = 0.2": "rows held out, as validation=",
    "learning_rate": "lr",
}
RATE = re.compile(r"--set optimizer\.learning_rate=([^\s,;)]+)")
PATTERN = re.compile("|".join(map(re.escape, sorted(WORDS, key=len, reverse=True))))


def in_pytorch(advice: str) -> str:
    """The same advice."""
    rated = RATE.sub(r"lr = \1 in your code", advice)
    return PATTERN.sub(lambda found: WORDS[found[0]], rated)


def advised(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The same findings with such advice."""
    return tuple(replace(one, advice=in_pytorch(one.advice)) for one in findings)
