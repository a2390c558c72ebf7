"""The libraries that ``bench/requests.jsonl`` asks: which files each has, and where they come from.

Most are files of ``realfiles`` of the public data. Two tables come with other packages: Debian's
``distro-info-data`` and Matplotlib. The workbook is written here, a sheet for each of three tables.
"""

import csv
import json
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import xlsxwriter

from training.data.cached import DATA

_DISTRO = Path("/usr/share/distro-info")
_MATPLOTLIB = "mpl-data/sample_data"
_RECIPES = (
    "apple-pie", "banana-bread", "bean-salad", "beef-stew", "carbonara", "challah-bread",
    "chicken-soup", "chicken-tikka-masala", "chili-con-carne",
)  # fmt: skip
FILES: dict[str, dict[str, tuple[str, ...]]] = {
    "staff": {
        "handbook": (
            "benefits-and-perks.md", "making-a-career.md", "managing-work-devices.md",
            "moonlighting.md", "our-rituals.md", "severance.md", "stateFMLA.md",
            "titles-for-programmers.md",
        ),
    },
    "kitchen": {"recipes": tuple(f"{name}.md" for name in _RECIPES)},
    "meetings": {"minutes": ("mar-21.md", "may-21.md", "may-22.md", "ValueObjects.pdf")},
    "reports": {
        "fin": (
            "AMAZON_2019_10K.pdf", "AMCOR_2022_8K_dated-2022-07-01.pdf",
            "AMCOR_2023Q4_EARNINGS.pdf",
        ),
    },
    "tables": {
        "data": ("csv-comma.csv",),
        "pdftab": ("agstat.pdf",),
        "tika": ("test-columnar.csv",),
        "distro-info": ("debian.csv",),
        "matplotlib": ("msft.csv",),
        "": ("workbook.xlsx",),
    },
    "reading": {
        "web": ("ideas-page.html", "wasteland.epub", "wiki_duck.html", "winter-sports.epub"),
        "data": ("wiki.md",),
    },
}  # fmt: skip
"""Of each library, the folders with the files that are taken from them; "" for what is written."""
_NUMBER = re.compile(r"-?\d+(\.\d*[1-9]|\.0)?")
"""A number that a cell shows as it is written here."""
Rows = list[list[str]]


def find_folder(name: str) -> Path:
    """Find the folder that files are taken from: of another package, or of the public data."""
    if name == "distro-info":
        return _DISTRO
    if name == "matplotlib":
        spec = find_spec("matplotlib")
        return Path(spec.origin if spec and spec.origin else name).parent / _MATPLOTLIB
    return DATA / "realfiles" / name / "files"


def copy_files(library: str, folder: Path) -> None:
    """Copy the files of a library into one folder.

    :raises FileNotFoundError: a file is missing, such as one of a package that is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for origin, names in FILES[library].items():
        for name in names:
            if origin:
                shutil.copyfile(find_folder(origin) / name, folder / name)
            else:
                write_workbook(folder / name, read_sheets())


def read_sheets() -> dict[str, Rows]:
    """Read the three tables of the workbook, each by the name of its sheet."""
    data = find_folder("data")
    stock = json.loads((data / "arbitrary-records.json").read_bytes())
    with (data / "stanley-cups.tsv").open(encoding="utf-8", newline="") as cups:
        teams = list(csv.reader(cups, delimiter="\t"))[1:]
    with (_DISTRO / "ubuntu.csv").open(encoding="utf-8", newline="") as releases:
        versions = list(csv.reader(releases))
    items = [[str(value) for value in item.values()] for item in stock]
    return {"Stock": [list(stock[0]), *items], "Cups": teams, "Ubuntu": versions}


def write_workbook(path: Path, sheets: dict[str, Rows]) -> None:
    """Write an Excel workbook; what is written as a number becomes one, but for ``4.10``."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                values = [float(value) if _NUMBER.fullmatch(value) else value for value in row]
                sheet.write_row(number, 0, values)
