"""A PyTorch set-up as the subject of a diagnosis; imported only where one is examined."""
