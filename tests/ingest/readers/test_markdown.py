"""The title of a Markdown file."""

import pytest

from ingest.readers.markdown import find_title

HEADER = '---\ntitle: "Lentil Soup"\ntags: [soup]\n---\n\nFor cold days.\n\n## Ingredients\n'


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (HEADER, "Lentil Soup"),
        (HEADER.replace('"', ""), "Lentil Soup"),
        (HEADER.replace("\n", "\r\n"), "Lentil Soup"),
        ("---\ntags: [soup]\n---\n# Lentils\n\n## Ingredients\n", "Lentils"),
        ("# Lentils #\n\nText.\n", "Lentils"),
        ("[a badge]\n\n# Lentils\n\n## Use\n", "Lentils"),
        ("Lentils\n=======\n\n# Not this\n", "Lentils"),
        ("## Lentils\n\nText.\n", "Lentils"),
        ("Lentils\n\nText.\n\n## Ingredients\n", "Lentils"),
        ("Lentils are cooked slowly.\n\n## Ingredients\n", ""),
        ("Lentils are cooked slowly.\n\n```sh\n# install\n```\n", ""),
        ("---\n\nA rule, no header.\n", ""),
        ("", ""),
    ],
)
def test_title_of_a_markdown_file(text: str, title: str) -> None:
    assert find_title(text) == title
