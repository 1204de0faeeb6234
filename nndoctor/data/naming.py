"""Names of columns: for those that have none, and in messages."""


def numbered(stem: str, count: int) -> tuple[str, ...]:
    """Names for columns that have none: x0, x1, ..."""
    return tuple(f"{stem}{i}" for i in range(count))


def listed(names: tuple[str, ...] | list[str], most: int = 10) -> str:
    """Names for a message, the first few of many: 'a', 'b' and 7 more."""
    shown = ", ".join(repr(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
