"""Compiled numerics: arrays in, arrays out; judges nothing, prints nothing."""
