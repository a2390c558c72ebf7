"""Reads files in child processes, within limits. The door is :func:`load.load`."""
