"""Files in, indexed chunks out."""

from ingest.index import IngestReport, Progress, ingest, remove, remove_all

__all__ = ["IngestReport", "Progress", "ingest", "remove", "remove_all"]
