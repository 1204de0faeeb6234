"""A recipe's set-up once more as a PyTorch set-up: the same rows, start, loss and training."""

import math
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from twin_modules import Unsayable, first_module, refuse_unknown_layers, takes_logarithms
from twin_training import optimizer_of, step_of

import nndoctor as nd
from nndoctor.adapters.mlp import MLP
from nndoctor.engine.losses import CLIP
from nndoctor.errors import NNDoctorError
from nndoctor.setup import Setup, TorchSetup
from nndoctor.trainable import Batch

OF_CLASSES = ("cross_entropy", "hinge")  # losses that get class numbers
LOW, HIGH = CLIP, 1 - CLIP  # probabilities are kept between, and pass no gradient beyond


def twin(setup: Setup) -> TorchSetup:
    """The same for door two. Raises Unsayable where PyTorch, or this file, has no words for it."""
    mlp, training = setup.trainable, setup.recipe.training
    unsaid = {
        "early stopping": training.early_stopping is not None,
        "clipping": mlp.clip_value or mlp.clip_norm or mlp.max_norm,
        "noise on the inputs": mlp.noise or mlp.moved is not None,
        "a weight of classes, of labels or of the loss": mlp.class_weights
        or mlp.smoothing
        or mlp.loss_scale != 1,
        "an average of weights or of gradients": mlp.ema or mlp.parts != 1,
    }
    for what, there in unsaid.items():
        if there:
            raise Unsayable(f"{what} is not translated")
    refuse_unknown_layers(mlp)
    loss, optimizer = loss_of(mlp), optimizer_of(mlp, len(setup.train))
    try:
        return nd.torch.Setup(
            model=partial(first_module, mlp),
            loss=loss,
            optimizer=optimizer,
            train=rows_of(mlp, setup.train),
            validation=rows_of(mlp, setup.validation) if setup.validation else None,
            epochs=training.epochs,
            batch_size=mlp.batch_size,
            shuffle=mlp.shuffle,
            step=step_of(mlp),
            seed=setup.seed,
        )
    except NNDoctorError as error:
        raise Unsayable(f"PyTorch refuses it: {error.args[0]}") from error


def rows_of(mlp: MLP, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """As the module and its loss get them: class numbers, or one-hot rows to a loss of numbers."""
    x, y = torch.tensor(batch.x), torch.tensor(batch.y)
    if mlp.task.encoding != "class":
        return x, y
    classes = y[:, 0].long()
    if mlp.task.loss in OF_CLASSES:
        return x, classes
    return x, functional.one_hot(classes, mlp.task.outputs).to(x.dtype)


def loss_of(mlp: MLP) -> Any:
    """PyTorch's own loss; where it has none, a function as its user would write it."""
    task = mlp.task
    if task.loss == "mse":
        return nn.MSELoss(reduction=task.reduction)
    if task.loss == "binary_cross_entropy":
        own = nn.BCEWithLogitsLoss if task.from_logits else ClippedBCELoss
        return own(reduction=task.reduction)
    if task.encoding == "class" and task.reduction == "mean":
        if takes_logarithms(mlp):
            return ClippedNLLLoss()
        if task.loss == "cross_entropy":
            return nn.CrossEntropyLoss() if task.from_logits else cross_entropy_of_shares
        if task.loss == "hinge":
            return multiclass_hinge
    raise Unsayable(f"the loss {task.loss} is not translated")


class ClippedBCELoss(nn.BCELoss):
    """Of probabilities as the engine and Keras keep them, for nn.BCELoss has a limit of its own."""

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Mean or sum."""
        return super().forward(input.clamp(LOW, HIGH), target)


class ClippedNLLLoss(nn.NLLLoss):
    """Of the logarithms of such probabilities."""

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The mean."""
        return super().forward(input.clamp(math.log(LOW), math.log(HIGH)), target)


def cross_entropy_of_shares(outputs: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """As Keras computes it of outputs that are no softmax."""
    shares = outputs / outputs.sum(dim=1, keepdim=True)
    return functional.nll_loss(shares.clamp(LOW, HIGH).log(), classes)


def multiclass_hinge(outputs: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Summed over classes, where PyTorch's own divides by their number."""
    return outputs.shape[1] * functional.multi_margin_loss(outputs, classes)
