"""Lays out the pages of a PDF as running text. The door is :func:`flow.compose_flow`."""
