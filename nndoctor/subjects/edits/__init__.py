"""Edits of a recipe, one function for each kind of change; each says why it can't be made."""
