"""Draws reports, for people and for machines; computes nothing."""
