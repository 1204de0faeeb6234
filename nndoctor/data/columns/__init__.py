"""What the columns of a table are, and the table as numbers."""

from .column import Column, Kind, Plan, Role
from .encoding import Encoded, encode
from .planning import plan_columns
from .said import Said, named
from .target import propose_target

__all__ = [
    "Column",
    "Encoded",
    "Kind",
    "Plan",
    "Role",
    "Said",
    "encode",
    "named",
    "plan_columns",
    "propose_target",
]
