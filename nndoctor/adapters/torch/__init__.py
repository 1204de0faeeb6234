"""Any PyTorch module as a `Trainable`; PyTorch is imported by whoever imports these files."""
