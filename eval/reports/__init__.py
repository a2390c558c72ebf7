"""Reports of a run: as text, JSON, HTML and JUnit XML. The door is :class:`report.Report`."""
