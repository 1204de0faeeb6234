"""Rows of the programs: small real tables of scikit-learn, and sequences made by a known law."""

import torch
from sklearn import datasets


def _tensors(loaded, rows, floats=False):
    x, y = loaded
    mixed = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))[:rows]
    targets = torch.tensor(y, dtype=torch.float32 if floats else torch.int64)
    return torch.tensor(x, dtype=torch.float32)[mixed], targets[mixed]


def digits(rows=900):
    """Images of 8 by 8 as [B, 64], grey levels 0 to 16, ten classes."""
    return _tensors(datasets.load_digits(return_X_y=True), rows)


def images(rows=900):
    """The same as [B, 1, 8, 8], 0 to 1."""
    x, y = digits(rows)
    return x.reshape(-1, 1, 8, 8) / 16, y


def cancer():
    """Thirty raw measurements, two classes."""
    return _tensors(datasets.load_breast_cancer(return_X_y=True), 569)


def wine():
    """Thirteen raw measurements, three classes."""
    return _tensors(datasets.load_wine(return_X_y=True), 178)


def diabetes():
    """Ten small numbers, a target of 25 to 346."""
    return _tensors(datasets.load_diabetes(return_X_y=True), 442, floats=True)


def standardised(x):
    """By column."""
    return (x - x.mean(0)) / x.std(0).clamp_min(1e-6)


def waves(rows=600, steps=16):
    """Noisy waves [B, T, 1] of a slow or a fast rhythm."""
    make = torch.Generator().manual_seed(1)
    y = torch.randint(0, 2, (rows,), generator=make)
    phase = 6.28 * torch.rand(rows, 1, generator=make)
    speed = torch.where(y == 0, 0.5, 0.9)[:, None]
    time = torch.arange(steps)[None, :]
    noise = 0.3 * torch.randn(rows, steps, generator=make)
    return (torch.sin(speed * time + phase) + noise)[:, :, None], y


def sentences(rows=700, steps=12, words=20):
    """Words [B, T]: does word 3 come more often than word 7?"""
    make = torch.Generator().manual_seed(2)
    x = torch.randint(0, words, (rows, steps), generator=make)
    planted = torch.rand(rows, steps, generator=make) < 0.4
    y = torch.randint(0, 2, (rows,), generator=make)
    x[planted] = torch.where(y == 0, 7, 3)[:, None].expand(rows, steps)[planted]
    return x, ((x == 3).sum(1) > (x == 7).sum(1)).long()
