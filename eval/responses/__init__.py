"""Reads what a bot returned for a case. The door is :func:`eval.responses.read.read_outcome`."""
