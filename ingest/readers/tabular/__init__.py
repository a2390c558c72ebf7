"""Readers of tables: each row becomes a record that names its columns."""
