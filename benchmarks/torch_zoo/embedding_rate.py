"""A bag of words with Adam at a rate that SGD would need."""
# truth: learning_rate_too_high

import torch
from torch import nn

import nndoctor as nd


class TextClassifier(nn.Module):
    def __init__(self, vocab_size, embed_dim, num_class):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocab_size, embed_dim)
        self.hidden = nn.Linear(embed_dim, 32)
        self.fc = nn.Linear(32, num_class)

    def forward(self, text):
        return self.fc(torch.relu(self.hidden(self.embedding(text))))


def news(n=900, length=16, vocab=120, classes=4):
    """Each kind of news prefers a quarter of the words a little."""
    gen = torch.Generator().manual_seed(41)
    y = torch.randint(0, classes, (n,), generator=gen)
    weights = torch.ones(classes, vocab)
    for kind in range(classes):
        weights[kind, kind * 30 : (kind + 1) * 30] = 3.0
    x = torch.multinomial(weights[y], length, replacement=True, generator=gen)
    return x, y


def program(lr):
    return nd.torch.Setup(
        model=lambda: TextClassifier(120, 24, 4),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=lr),
        train=news(),
        epochs=12,
    )


def sick():
    return program(5.0)


def healthy():
    return program(3e-3)
