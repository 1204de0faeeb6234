"""The LSTM gets [B, T, F] and was not told so: it runs along the rows of the batch."""
# truth: rows_mixed

import torch
from torch import nn

import nndoctor as nd


class SensorNet(nn.Module):
    def __init__(self, n_features, hidden, n_classes, batch_first):
        super().__init__()
        self.lstm = nn.LSTM(n_features, hidden, batch_first=batch_first)
        self.fc = nn.Linear(hidden, n_classes)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1, :])


def recordings(n=400, steps=14):
    """Three sensors; the class is which of them rises over the recording."""
    torch.manual_seed(11)
    y = torch.randint(0, 3, (n,))
    x = torch.randn(n, steps, 3).cumsum(1) * 0.3
    ramp = torch.linspace(-1, 1, steps)[None, :]
    for sensor in range(3):
        x[:, :, sensor] += ramp * torch.where(y == sensor, 1.6, 0.0)[:, None]
    # each recording ends where the sensors were switched off
    x[:, -1] = torch.randn(n, 3) * 0.1
    return x, y


def program(batch_first):
    return nd.torch.Setup(
        model=lambda: SensorNet(3, 16, 3, batch_first),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=0.005),
        train=recordings(),
        epochs=20,
        batch_size=20,
    )


def sick():
    return program(False)


def healthy():
    return program(True)
