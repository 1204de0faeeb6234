"""Nominal time of training: by a count of operations, so it is the same on every machine."""

FLOPS = 4e10  # nominal, a second: makes work comparable, not times exact
OVERHEAD = 3e-6  # nominal seconds an update and a layer, whatever its size


def update_seconds(parameters: int, layers: int, rows: float) -> float:
    """Of one update on so many rows: times what it costs, 6 operations a parameter and row."""
    return 6.0 * parameters * rows / FLOPS + OVERHEAD * (layers + 1)


def forward_seconds(parameters: int, rows: int) -> float:
    """Of one pass over so many rows."""
    return 2.0 * parameters * rows / FLOPS
