"""A rate that starts at nothing, rises over two epochs and then falls as a cosine."""
# truth: healthy

import math

import torch
from networks import scheduled
from rows import sentences
from torch import nn
from torch.optim.lr_scheduler import LambdaLR

import nndoctor as nd

WARM, ALL = 44, 22 * 15


def factor(step):
    if step < WARM:
        return (step + 1) / WARM
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - WARM) / (ALL - WARM))))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(20, 16), nn.Embedding(12, 16)
        layer = nn.TransformerEncoderLayer(
            16, 4, 48, dropout=0.1, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(16, 2)

    def forward(self, tokens):
        places = torch.arange(tokens.shape[1], device=tokens.device)
        return self.head(self.layers(self.tokens(tokens) + self.positions(places)).mean(dim=1))


def healthy():
    return nd.torch.Setup(
        model=Encoder,
        loss=nn.CrossEntropyLoss(),
        optimizer=scheduled(lambda p: torch.optim.AdamW(p, lr=3e-3), lambda o: LambdaLR(o, factor)),
        train=sentences(),
        epochs=15,
    )
