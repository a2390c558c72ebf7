"""Finds the charts and diagrams that a page or a slide refers to, and reads their words."""

from collections.abc import Mapping

from ingest.readers.office.charts import read_chart
from ingest.readers.office.diagrams import read_diagram
from ingest.readers.office.parts import Parts
from ingest.readers.shared.archive import Attributes
from ingest.readers.shared.writer import Block

_READERS = {"chart": read_chart, "chartEx": read_chart, "diagramData": read_diagram}
"""By the kind of relation that leads to the part."""
GRAPHICS = {"chart": "id", "relIds": "dm"}
"""Elements that stand for a chart or a diagram → the attribute with the relation's id."""


def read_graphic(
    parts: Parts, related: Mapping[str, tuple[str, str]], tag: str, attributes: Attributes
) -> list[Block]:
    """The blocks of a chart or a diagram; nothing if its part was written before or is damaged.

    :param related: the parts that the part with the element refers to, by id.
    :param tag: one of GRAPHICS.
    """
    kind, part = related.get(attributes.get(GRAPHICS[tag], ""), ("", ""))
    reader = _READERS.get(kind)
    return (parts.read(part, reader) or []) if reader else []
