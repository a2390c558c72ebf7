"""Makes pictures of pages with words on them, as a scanner would."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

Text = tuple[int, int, str]
"""Left, top, words."""
LETTER = [
    "Herons nest in tall trees near the water, and they return to the",
    "same place every year. The nests are built of sticks. Both parents",
    "feed the young, which stay in the nest for about two months.",
]
INVOICE: list[Text] = [
    (80, 80, "Northwind Traders"),
    (80, 125, "12 Harbour Street, Bristol"),
    (800, 80, "Invoice number: 2024-1187"),
    (800, 125, "Invoice date: 14 March 2024"),
    (800, 170, "Due date: 13 April 2024"),
    (800, 215, "Customer number: 4471"),
    *(
        (x, 320 + 50 * row, cell)
        for row, cells in enumerate(
            [
                ("Item", "Quantity", "Unit price", "Amount"),
                ("Oak shelf boards", "12", "18.50", "222.00"),
                ("Brass hinges", "40", "2.35", "94.00"),
                ("Delivery to Exeter", "1", "45.00", "45.00"),
            ]
        )
        for x, cell in zip((80, 500, 720, 960), cells, strict=True)
    ),
    (80, 620, "The total amount due is 361.00 pounds, to be paid by 13 April 2024."),
    (80, 680, "A late fee of 2 percent per month is added to amounts paid after that."),
]


def picture(texts: Sequence[Text], size: tuple[int, int] = (1240, 900)) -> Image.Image:
    """A white page with words in black."""
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(26)
    for left, top, words in texts:
        draw.text((left, top), words, font=font, fill="black")
    return page


def paragraph(lines: Sequence[str], left: int = 100, top: int = 100) -> list[Text]:
    """Lines below each other."""
    return [(left, top + 40 * number, line) for number, line in enumerate(lines)]


def saved(page: Image.Image, kind: str, **options: object) -> bytes:
    """The page as a file."""
    file = io.BytesIO()
    page.save(file, kind, **options)
    return file.getvalue()
