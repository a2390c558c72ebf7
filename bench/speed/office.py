"""Memory of an ingest of many small office files, at two counts.

    python -m bench.speed.office
    python -m bench.speed.office --counts 1000 4000 --paragraphs 5

Word documents, workbooks and presentations, a third of each, all different. Each ingest runs in a
process of its own, into an empty library; its peak is that of this process, without the processes
that read files. The last line is the ratio of the peaks: near 1 where memory does not grow with the
number of files.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import xlsxwriter

from ingest import ingest
from rag import Settings

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WORDS = 60
"""Of a paragraph."""


def make_paragraphs(number: int, count: int) -> list[str]:
    """Paragraphs of one file, of the seed documents' words in a random order."""
    words = " ".join(path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))).split()
    plain = [word for word in words if word.isalpha()]
    rng = random.Random(number)
    return [f"{' '.join(rng.choices(plain, k=_WORDS))}." for _ in range(count)]


def write_word(path: Path, paragraphs: list[str]) -> None:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    _pack(path, "word/document.xml", {"word/document.xml": document})


def write_presentation(path: Path, paragraphs: list[str]) -> None:
    """Write a presentation with a slide for each paragraph."""
    slides = range(1, len(paragraphs) + 1)
    names = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in slides)
    head = f'xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}" xmlns:r="{_TYPE}"'
    parts = {
        "ppt/presentation.xml": f"<p:presentation {head}><p:sldIdLst>{names}</p:sldIdLst>"
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relate(
            {f"r{n}": ("slide", f"slides/slide{n}.xml") for n in slides}
        ),
    }
    for n, text in zip(slides, paragraphs, strict=True):
        parts[f"ppt/slides/slide{n}.xml"] = (
            f"<p:sld {head}><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r>"
            "</a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        )
    _pack(path, "ppt/presentation.xml", parts)


def write_workbook(path: Path, paragraphs: list[str]) -> None:
    """Write a workbook with a row for every twelve words."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Notes")
    sheet.write_row(0, 0, ["number", "note", "amount"])
    words = " ".join(paragraphs).split()
    for row, place in enumerate(range(0, len(words), 12), 1):
        sheet.write_row(row, 0, [row, " ".join(words[place : place + 12]), row * 1.5])
    book.close()


def _pack(path: Path, main: str, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_rels/.rels", _relate({"r1": ("officeDocument", main)}))
        for name, content in parts.items():
            packed.writestr(name, content)


def _relate(targets: dict[str, tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{key}" Type="{_TYPE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{entries}</Relationships>'


WRITERS = {".docx": write_word, ".xlsx": write_workbook, ".pptx": write_presentation}


def write_files(folder: Path, count: int, paragraphs: int) -> None:
    """Write so many office files."""
    folder.mkdir(parents=True, exist_ok=True)
    suffixes = list(WRITERS)
    for number in range(count):
        suffix = suffixes[number % len(suffixes)]
        WRITERS[suffix](folder / f"{number:06}{suffix}", make_paragraphs(number, paragraphs))


def measure(folder: Path, home: Path) -> None:
    """Ingest a folder and print the chunks and the peak of this process in MB."""
    report = ingest(folder, Settings(home=home))
    if report.failed:
        raise SystemExit(f"not read: {report.failed[:3]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{report.chunks} {peak:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", type=int, nargs=2, default=[1000, 4000], help="files")
    parser.add_argument("--paragraphs", type=int, default=5, help="of a file, 60 words each")
    parser.add_argument("--measure", type=Path, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(*given.measure)
        return
    peaks = []
    for count in given.counts:
        with tempfile.TemporaryDirectory() as folder:
            files, home = Path(folder, "files"), Path(folder, "home")
            write_files(files, count, given.paragraphs)
            command = [sys.executable, "-m", "bench.speed.office", "--measure", files, home]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            chunks, peak = map(int, done.stdout.split())
            peaks.append(peak)
            print(f"{count:>7,} files {chunks:>8,} chunks {peak:>6,} MB at most", flush=True)
    print(f"ratio {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
