"""The table of formats, and the child processes that read: one crash never hurts another file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.readers import format_of, formats, known_suffixes
from ingest.reading.load import load
from rag.errors import DocumentError
from rag.text.layout import Layout, Run

ROOT = Path(__file__).resolve().parents[3]

NEW_FORMAT = """
import ctypes, os, time
from ingest.readers import Format, Source
from rag.errors import DocumentError
from rag.text.layout import Layout, Run

def first(data, tell):
    behaviour = data.decode()
    print("noise between frames", flush=True)
    if behaviour == "crash":
        os.abort()
    if behaviour == "hang":
        time.sleep(60)
    if behaviour == "swell":
        return "x" * (64 << 30)
    if behaviour == "write":
        return Source(str(open("written.txt", "w").write("x" * 9999999)))
    if behaviour == "refuse":
        raise DocumentError("no such luck")
    if behaviour == "raise":
        raise KeyError("a damaged part")
    tell(1, 2)
    return Source("first: " + behaviour, "Title", layout=Layout((Run(0, 5, 1, 7),)))

def second(data, tell):
    if data == b"crash":
        os.abort()
    return Source("second: " + data.decode())

FORMAT = Format("a new file", (".new",), (first, second))
"""

SCRIPT = """
import json, os, sys
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag.errors import DocumentError
with Workers(1, silence=8.0) as workers:
    for word in sys.argv[1:]:
        try:
            source = load("x.new", word.encode(), workers)
            print(json.dumps([source.text, source.title, str(source.layout)]))
        except DocumentError as error:
            print(json.dumps([str(error)]))
assert os.path.getsize("written.txt") == 0 if "write" in sys.argv else True
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages with one file more."""
    folder = tmp_path_factory.mktemp("house")
    for package in ("ingest", "rag"):
        shutil.copytree(ROOT / package, folder / package)
    (folder / "ingest" / "readers" / "new.py").write_text(NEW_FORMAT)
    return folder


def outcomes(house: Path, *words: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=house,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_adding_a_format_is_adding_a_file(house: Path) -> None:
    layout = str(Layout((Run(0, 5, 1, 7),)))
    assert outcomes(house, "hello") == [["first: hello", "Title", layout]]


@pytest.mark.fault(38)
def test_a_second_reader_takes_over_and_the_next_file_is_read(house: Path) -> None:
    words = ["crash", "hang", "swell", "write", "raise", "refuse", "hello"]
    found = [outcome[0] for outcome in outcomes(house, *words)]
    assert found == [
        "cannot be read as a new file: its reader crashed",
        "second: hang",
        "second: swell",
        "second: write",
        "second: raise",
        "no such luck",
        "first: hello",
    ]


@pytest.mark.parametrize("suffix", known_suffixes())
def test_every_suffix_belongs_to_one_format(suffix: str) -> None:
    owners = [name for name, format_ in formats().items() if suffix in format_.suffixes]
    assert owners == [format_of(f"Some.File{suffix.upper()}")]


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", "README", "LICENSE"])
def test_well_known_names_need_no_suffix(name: str) -> None:
    assert load(Path(name), b"Some words.").text == "Some words."


def test_a_comment_in_source_code_is_no_heading() -> None:
    source = load(Path("tool.py"), b"# a comment\nrun()\n")
    assert (source.title, source.markdown) == ("tool", False)


@pytest.mark.fault(8)
@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"%PDF-1.7 text", "a PDF"), (b"PK\x03\x04 text", "a zip archive or an Office file")],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(DocumentError, match=f"not a text file but looks like {kind}"):
        load(Path("notes.txt"), data)
