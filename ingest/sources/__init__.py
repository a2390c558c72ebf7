"""Sources: finds files in folders and buckets, and reads their bytes.

The doors are :class:`scan.Scan` and :func:`files.read_at_rest`.
"""
