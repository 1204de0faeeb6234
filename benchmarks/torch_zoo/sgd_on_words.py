"""Plain SGD at a small rate for embeddings and attention."""
# truth: wrong_optimizer, learning_rate_too_low; also too_few_epochs

import torch
from rows import sentences
from torch import nn

import nndoctor as nd


class Pooled(nn.Module):
    def __init__(self, words=20, dim=16):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.attention = nn.MultiheadAttention(dim, 2, batch_first=True)
        self.norm = nn.LayerNorm(dim)
        self.classify = nn.Linear(dim, 2)

    def forward(self, tokens):
        e = self.embed(tokens)
        a, _ = self.attention(e, e, e, need_weights=False)
        return self.classify(self.norm(e + a).mean(1))


def trained(optimizer):
    return nd.torch.Setup(
        model=Pooled,
        loss=nn.CrossEntropyLoss(label_smoothing=0.05),
        optimizer=optimizer,
        train=sentences(),
        epochs=12,
    )


def sick():
    return trained(lambda p: torch.optim.SGD(p, lr=5e-4))


def healthy():
    return trained(lambda p: torch.optim.AdamW(p, lr=3e-3))
