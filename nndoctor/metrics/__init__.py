"""What answers are worth beside the truth: scores, tables and intervals, whoever answered."""
