"""Compiled kernels on disk: where they may lie, how an entry is stored, who compiles it."""
