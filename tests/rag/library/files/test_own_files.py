"""What a source names is deleted only when it is a plain file of the home."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.library.files.own_files import (
    copies_folder,
    delete_own_files,
    find_own_files,
    find_unnamed,
    find_upload,
    upload_place,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("text")
    return path


def test_an_upload_is_found_also_after_the_home_was_moved(home: Path) -> None:
    upload = put(upload_place(home, "a.txt", b"a"))
    assert find_upload(home, str(upload)) == upload
    tail = "/".join(upload.parts[-3:])
    assert find_upload(home, f"/elsewhere/home/{tail}") == upload
    assert find_upload(home, "C:\\home\\" + tail.replace("/", "\\")) == upload


@pytest.mark.fault(108)
@pytest.mark.parametrize(
    "source",
    [
        "{home}/uploads/../../secret/key.txt",
        "{home}/uploads/0123456789abcdef/../../../secret/key.txt",
        "{home}/uploads/0123456789abcdef/..",
        "{home}/uploads/0123456789abcdef/link.txt",
        "{home}/uploads/fedcba9876543210/key.txt",
        "{home}/uploads/0123456789abcdef/sub",
        "{home}/uploads/0123456789abcdef/",
        "{home}/uploads/0123456789abcdef/a\0b",
        "{home}/uploads",
        "{home}/catalog.sqlite",
        "{secret}/key.txt",
        "uploads",
        "",
    ],
)
def test_no_name_leads_out_of_the_uploads(home: Path, tmp_path: Path, source: str) -> None:
    secret = put(tmp_path / "secret" / "key.txt")
    catalog = put(home / "catalog.sqlite")
    folder = home / "uploads" / "0123456789abcdef"
    (folder / "sub").mkdir(parents=True)
    (folder / "link.txt").symlink_to(secret)
    (home / "uploads" / "fedcba9876543210").symlink_to(secret.parent)
    name = source.format(home=home, secret=secret.parent)
    assert find_own_files(home, name) == []
    delete_own_files(home, [name], list)
    assert secret.read_text() == catalog.read_text() == "text"


def test_uploads_that_are_a_link_hold_nothing(home: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "0123456789abcdef" / "a.txt")
    (home / "uploads").symlink_to(tmp_path / "elsewhere")
    assert find_upload(home, f"{home}/uploads/0123456789abcdef/a.txt") is None
    assert list(find_unnamed(home, [])) == []


def test_what_another_source_needs_stays(home: Path) -> None:
    upload = put(upload_place(home, "a.txt", b"a"))
    copy = put(copies_folder(home, "https://example.org/a.pdf") / "a.pdf")
    old = f"/old{upload}"
    delete_own_files(home, [old, "https://example.org/a.pdf"], lambda: [str(upload)])
    assert upload.exists()
    assert not copy.exists()
    assert not copy.parent.exists()
    assert list(find_unnamed(home, [str(upload)])) == []
    assert list(find_unnamed(home, [])) == [upload]
    delete_own_files(home, [str(upload)], list)
    assert not upload.parent.exists()
