"""Answers that stand in a table: found by its columns' names, shown with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from craft import paragraph, word

from ingest import ingest
from rag import Answer, Rag, Settings
from rag.text.tables import split_row

_PLANETS = ["Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"]
_MOONS = ["Io", "Europa", "Ganymede", "Callisto", "Titan", "Rhea", "Dione", "Triton", "Oberon"]
PLANETS = "\n".join(
    f"| {name} | {3 + 7 * place},{401 + 13 * place} | {58 + 31 * place}.6 | {place}.5 |"
    for place, name in enumerate(_PLANETS)
)
MOONS = "\n".join(
    f"| {name} | {10 + 7 * place}.25 | {101 + 3 * place}.7 | {place}.75 |"
    for place, name in enumerate(_MOONS * 4)
)
TEXT = f"""# Notes on the sky

The sky was watched from the roof for a year. The nights were mostly clear, and the notes are kept
in a drawer of the kitchen. Nobody reads them.

| Name | Diameter (km) | Rotation (hours) | Watched (nights) |
| --- | --- | --- | --- |
{PLANETS}

Table 1: Planets watched from the roof. Numbers were copied from a book.

## Moons

| Name | Distance (km) | Brightness | Watched (nights) |
| --- | --- | --- | --- |
| Seen by eye |
{MOONS}
| Seen through the telescope |
| Hyperion | 77.25 | 991.7 | 9.75 |
| Phoebe | 88.25 | 992.7 | 8.75 |

Table 2: Moons watched from the roof.

## Weather

It rained on forty nights. The telescope was covered with a cloth each time.
"""


@pytest.fixture(scope="module")
def sky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("sky")
    (folder / "sky.md").write_text(TEXT, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest(folder / "sky.md", settings)
    with Rag(settings) as bot:
        yield bot


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def exact(bot: Rag, answer: Answer) -> bool:
    return all(bot.source_text(c)[c.start : c.end] == c.quote for c in answer.citations)


def test_a_row_is_shown_under_the_names_of_its_columns(sky: Rag) -> None:
    answer = sky.ask("What is the diameter of Saturn?")
    assert texts(answer)[0] == "| Name | Diameter (km) | Rotation (hours) | Watched (nights) |"
    assert "| Saturn | 38,466 | 213.6 | 5.5 |" in texts(answer)
    assert exact(sky, answer)
    assert answer.text.splitlines()[0].endswith("| [1]")


def test_a_row_far_from_its_columns_is_found_and_shown_with_them(sky: Rag) -> None:
    answer = sky.ask("At what brightness was the moon Phoebe seen?")
    shown = texts(answer)
    assert shown[:2] == [
        "| Name | Distance (km) | Brightness | Watched (nights) |",
        "| Seen through the telescope |",
    ]
    assert "| Phoebe | 88.25 | 992.7 | 8.75 |" in shown
    assert exact(sky, answer)


def test_columns_are_named_once_for_all_rows_of_a_table(sky: Rag) -> None:
    shown = texts(sky.ask("At what brightness were the moons Hyperion and Phoebe seen?"))
    assert len([text for text in shown if "Brightness" in text]) == 1


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What is the diameter of Saturn?", "38,466"),
        ("What is the rotation of Saturn in hours?", "213.6"),
        ("What is the distance of Phoebe?", "88.25"),
    ],
)
def test_the_cell_below_the_column_that_is_named_is_the_direct_answer(
    sky: Rag, question: str, cell: str
) -> None:
    direct = sky.ask(question).direct
    assert direct is not None
    assert direct.text == cell


def test_what_no_row_holds_is_refused(sky: Rag) -> None:
    assert not sky.ask("What is the diameter of Pluto?").sentences


def test_names_of_columns_answer_nothing_alone(sky: Rag) -> None:
    shown = texts(sky.ask("What is the name, the diameter and the rotation?"))
    assert not shown or not shown[-1].startswith("| Name |")


def test_as_many_sentences_are_shown_as_may_be(sky: Rag) -> None:
    for most in (1, 2, 3):
        shown = texts(sky.varied(max_sentences=most).ask("What is the diameter of Saturn?"))
        assert len(shown) <= most
        assert "| Saturn | 38,466 | 213.6 | 5.5 |" in shown


def test_prose_beside_tables_is_shown_as_before(sky: Rag) -> None:
    assert texts(sky.ask("How many nights did it rain?"))[0] == "It rained on forty nights."


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("How much does a kilo of figs cost?", "| Figs | 9.00 | 14 |"),
        ("What percentage of the plums is imported?", "| Plums | 2.50 | 62 |"),
    ],
)
def test_units_may_stand_with_the_names_of_the_columns(
    tmp_path: Path, sky: Rag, question: str, row: str
) -> None:
    (tmp_path / "market.md").write_text(
        "# Market\n\n| Fruit | Price of a kilo (€) | Imported (%) |\n|---|---|---|\n"
        "| Plums | 2.50 | 62 |\n| Figs | 9.00 | 14 |\n| Kiwis | 4.20 | 77 |\n",
        encoding="utf-8",
    )
    settings = Settings(home=tmp_path / "home")
    ingest(tmp_path / "market.md", settings)
    with Rag(settings, embedder=sky.embedder) as bot:
        assert row in texts(bot.ask(question))


_TREES = "".join(
    f"| Plot {i} of the {'north' if i % 2 else 'south'} side | {'oak' if i % 3 else 'elm'} | no |\n"
    for i in range(700)
)
_HOURS = [f"Hour {i}" for i in range(60)]


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory, sky: Rag) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("park")
    (folder / "trees.md").write_text(
        f"# Trees\n\nThey are listed.\n\n| Place | Kind | Ill |\n|---|---|---|\n{_TREES}",
        encoding="utf-8",
    )
    counts = [
        f"| {gate} | {' | '.join(str(100 * n + i) for i in range(60))} |"
        for n, gate in enumerate(("Kirkfell", "Dovetail", "Ironbeck"))
    ]
    rows = [f"| Gate | {' | '.join(_HOURS)} |", f"|{'---|' * 61}", *counts]
    (folder / "visitors.md").write_text("# Visitors\n\n" + "\n".join(rows), encoding="utf-8")
    (folder / "boiler.txt").write_text(
        "Boiler\n\n+---------------------------------------+\n"
        "| WARNING: the boiler holds hot water.  |\n"
        "| Wear gloves when you open the valve.  |\n"
        "+---------------------------------------+\n\nThe pressure is 3 bar.\n",
        encoding="utf-8",
    )
    settings = Settings(home=folder / "home")
    ingest(folder, settings)
    with Rag(settings, embedder=sky.embedder) as bot:
        yield bot


def test_the_columns_of_a_long_table_are_its_own_first_row(park: Rag) -> None:
    assert len(_TREES) > 20_000
    answer = park.ask("Which kind of tree stands on plot 681 of the north side?")
    shown = texts(answer)
    assert shown[0] == "| Place | Kind | Ill |"
    assert "| Plot 681 of the north side | elm | no |" in shown
    assert exact(park, answer)


def test_a_row_longer_than_a_chunk_is_shown_in_full(park: Rag) -> None:
    sure = park.varied(min_confidence=0.2)
    answer = sure.ask("How many visitors were counted at the Dovetail gate in hour 4?")
    assert {len(split_row(text)) for text in texts(answer)} == {61}
    assert texts(answer)[0].startswith("| Gate | Hour 0 |")
    assert any(text.startswith("| Dovetail | 100 |") for text in texts(answer))
    assert exact(park, answer)


def test_a_text_in_a_frame_of_bars_is_no_table(park: Rag) -> None:
    assert texts(park.ask("What should you wear when you open the valve?")) == [
        "| Wear gloves when you open the valve. |"
    ]
    assert texts(park.ask("What does the boiler hold?"))[0].startswith("| WARNING: the boiler")


_HARVEST = [
    ("Variety", "Trees", "Harvest (kg)"),
    ("Boskoop", "41", "1,220"),
    ("Elstar", "77", "2,915"),
]


def _page() -> bytes:
    rows = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in _HARVEST)
    return f"<h1>Orchard</h1><table><caption>Harvest</caption>{rows}</table>".encode()


def _word() -> bytes:
    cells = (f"<w:tc>{'</w:tc><w:tc>'.join(map(paragraph, row))}</w:tc>" for row in _HARVEST)
    rows = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    return word(f"{paragraph('Orchard', 'Title')}<w:tbl>{rows}</w:tbl>")


@pytest.mark.parametrize(("name", "data"), [("orchard.html", _page()), ("orchard.docx", _word())])
def test_tables_of_pages_and_word_files_are_read_alike(
    tmp_path: Path, sky: Rag, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    settings = Settings(home=tmp_path / "home")
    ingest(tmp_path / name, settings)
    with Rag(settings, embedder=sky.embedder) as bot:
        shown = texts(bot.ask("How many Elstar trees are there?"))
        assert shown[:2] == ["| Variety | Trees | Harvest (kg) |", "| Elstar | 77 | 2,915 |"]
        assert not bot.ask("How many Braeburn trees are there?").sentences
