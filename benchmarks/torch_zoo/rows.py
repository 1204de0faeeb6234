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


def moons(rows=600, noise=0.15):
    """Points of two interleaved half moons [B, 2]."""
    return _tensors(datasets.make_moons(rows, noise=noise, random_state=3), rows)


def noisy_line(rows=500, columns=6, noise=1.0):
    """Numbers of which noise is the larger part: no model explains more than about half."""
    make = torch.Generator().manual_seed(4)
    x = torch.randn(rows, columns, generator=make)
    y = 0.7 * x[:, :1] - 0.5 * x[:, 1:2] + noise * torch.randn(rows, 1, generator=make)
    return x, y


def topics(rows=600, labels=4):
    """Rows [B, 12] that several of four labels are right of, each of a law of its own."""
    make = torch.Generator().manual_seed(5)
    x = torch.randn(rows, 12, generator=make)
    law = torch.randn(12, labels, generator=make)
    return x, ((x @ law + 0.7 * torch.sin(3 * x[:, :labels])) > 0.5).float()


def shop(rows=800):
    """A customer's region [B] of 12, day [B] of 7 and two amounts [B, 2]: what is bought [B, 1]."""
    make = torch.Generator().manual_seed(6)
    region = torch.randint(0, 12, (rows,), generator=make)
    day = torch.randint(0, 7, (rows,), generator=make)
    amounts = torch.randn(rows, 2, generator=make)
    worth, week = torch.randn(12, generator=make), torch.randn(7, generator=make)
    y = worth[region] * amounts[:, 0] + week[day] + 0.2 * torch.randn(rows, generator=make)
    return region, day, amounts, y[:, None]


def series(rows=500, steps=20):
    """Stretches [B, T, 1] of a swinging line, and its next number [B, 1]."""
    make = torch.Generator().manual_seed(7)
    phase = 6.28 * torch.rand(rows, 1, generator=make)
    speed = 0.3 + 0.4 * torch.rand(rows, 1, generator=make)
    line = torch.sin(phase + speed * torch.arange(steps + 1)[None, :])
    line = line + 0.05 * torch.randn(rows, steps + 1, generator=make)
    return line[:, :steps, None], line[:, steps:]


def rare(rows=1500, share=0.06):
    """Two clouds [B, 5] that overlap, of which the second is rare."""
    make = torch.Generator().manual_seed(8)
    y = (torch.rand(rows, generator=make) < share).long()
    return torch.randn(rows, 5, generator=make) + 1.4 * y[:, None] * torch.ones(5), y
