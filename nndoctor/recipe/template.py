"""A recipe to begin with where there are no data yet: the main keys, each with its meaning."""

TEMPLATE = """\
# Runs as it is: nndoctor checkup {name}
# Lines that begin with "# key =" show other keys with a value that is permitted. All of them:
# docs/recipe.md, or `nndoctor schema` for an editor.
title = "My first recipe"

[data]
generator = "spiral"  # made-up rows: also moons, circles, xor, blobs, gaussian, sine, digits
n = 300  # rows
# noise = 0.1
validation = 0.2  # a share of the rows that it never trains on
# test = 0.1  # rows that neither training nor any decision sees
# In place of a generator, a file and the column to be learned:
#   path = "data.csv"
#   target = "price"

[data.preprocess]
features = "standardize"  # each input with mean 0 and deviation 1, fitted on the training rows

[model]
hidden = [64, 32]  # units of the hidden layers; the output layer follows the data
activation = "relu"
# init = "he_normal"  # chosen to suit the activation where absent
# batch_norm = true
# dropout = 0.2  # share of the outputs of each hidden layer that is dropped in training

[loss]
name = "cross_entropy"  # takes logits: the output layer stays linear; mse for numbers
# label_smoothing = 0.1

[regularization]
# l1 = 1e-5
l2 = 1e-3  # the fewer the rows, the more it takes against overfitting

[optimizer]
name = "adam"  # also sgd, momentum, nesterov, rmsprop, adamw, ...
learning_rate = 3e-3  # the first key to change when it does not learn
# clip_norm = 1.0  # longest gradient

[schedule]
name = "constant"  # also step, exponential, cosine, one_cycle, plateau, ...
# warmup = 100  # updates over which the rate rises from 0

[training]
epochs = 100
batch_size = 32
seed = 0  # the same seed gives the same run

# [training.early_stopping]
# patience = 10  # epochs without a lower validation loss
"""
