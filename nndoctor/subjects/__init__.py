"""What a diagnosis can examine: a recipe with its rows."""
