"""Causes proven by experiment: examined, tested one change at a time, confirmed, cured."""
