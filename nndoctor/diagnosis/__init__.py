"""Causes proven by experiment: examined, tested one change at a time, confirmed, cured."""

from .causes import CAUSES, Cause
from .diagnosis import Diagnosis, NamedCause
from .examination import examine, suspect

__all__ = ["CAUSES", "Cause", "Diagnosis", "NamedCause", "examine", "suspect"]
