"""Which sentences answer, how sure that is, and the exact spans they are cited from."""
