"""The training rows are standardised; the validation rows are forgotten."""
# truth: train_test_mismatch

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import nndoctor as nd


def program(scaled):
    x, y = load_breast_cancer(return_X_y=True)
    x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.25, random_state=42)
    scaler = StandardScaler().fit(x_train)
    x_train = scaler.transform(x_train)
    if scaled:
        x_val = scaler.transform(x_val)
    train = TensorDataset(torch.tensor(x_train).float(), torch.tensor(y_train))
    val = TensorDataset(torch.tensor(x_val).float(), torch.tensor(y_val))
    return nd.torch.Setup(
        model=lambda: nn.Sequential(
            nn.Linear(30, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 2)
        ),
        loss=nn.CrossEntropyLoss(label_smoothing=0.05),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
        train=DataLoader(train, batch_size=16, shuffle=True),
        validation=DataLoader(val, batch_size=64),
        epochs=20,
    )


def sick():
    return program(False)


def healthy():
    return program(True)
