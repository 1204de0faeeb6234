"""Edits of a recipe, one function for each kind of change."""
