"""Slow, obvious NumPy versions of what the engine computes, in float64; no nndoctor in here."""
