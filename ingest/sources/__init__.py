"""Where files come from: folders, buckets, folders that are watched."""
