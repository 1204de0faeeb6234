"""Slow, obvious NumPy versions of what the engine computes, in float64; nothing of nndoctor here."""
