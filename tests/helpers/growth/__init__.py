"""The growth gate: work must grow as its input grows, for whatever reads what others wrote."""
