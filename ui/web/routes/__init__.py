"""Addresses that the page reads and writes under ``/page``, a file for each part of the page."""
