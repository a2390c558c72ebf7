"""The command line as a person runs it: in its own process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from craft import INVOICE, picture
from PIL import Image

from chat_server import refuses, says, serving
from ingest.pages import page_image
from rag import Rag, Settings

ROOT = Path(__file__).resolve().parents[3]
MARKERS = "Which markers help identify cancer stem cells?"


def citespan(*arguments: str | Path, home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder that is not the project's."""
    environment = os.environ | {"CITESPAN_HOME": str(home)} | extra
    return subprocess.run(
        [sys.executable, "-m", "ui.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment | {"PYTHONPATH": str(ROOT)},
        cwd=home if home.is_dir() else ROOT,
    )


def test_an_answer_goes_to_stdout_with_its_places(seeds_home: Path) -> None:
    result = citespan("ask", "Which markers help identify cancer stem cells?", home=seeds_home)
    assert result.returncode == 0, result.stderr
    assert "CD133 and CD44" in result.stdout
    assert "stem-cell-therapy-advances.txt" in result.stdout
    assert "[1]" in result.stdout
    assert not result.stderr
    assert "\x1b" not in result.stdout


def test_a_question_asks_only_what_is_named(seeds_home: Path) -> None:
    question = ("ask", "--json", "Which markers help identify cancer stem cells?")
    said = citespan(*question, "--in", "stem-cell*", "--in", "nothing.txt", home=seeds_home)
    assert said.returncode == 2
    assert "no document or folder of the library is called 'nothing.txt'" in said.stderr
    found = json.loads(citespan(*question, "--in", "neonatal*", home=seeds_home).stdout)
    assert {Path(passage["source"]).name for passage in found["passages"]} == {
        "neonatal-stem-cells-leukemia.txt"
    }


def test_a_picture_is_ingested_and_cited_with_its_place_and_that_ocr_read_it(
    tmp_path: Path,
) -> None:
    home, file = tmp_path / "library", tmp_path / "invoice.png"
    page = picture(INVOICE)
    page.save(file)
    ingested = citespan("ingest", file, home=home)
    assert ingested.returncode == 0, ingested.stderr
    assert "1 added" in ingested.stdout
    assert "read by OCR: 1 of 1 pages; " in " ".join(ingested.stderr.split())
    question = "What is the total amount due?"
    said = citespan("ask", question, home=home)
    assert "361.00" in said.stdout
    assert "invoice.png, page 1, read by OCR" in said.stdout
    answer = json.loads(citespan("ask", "--json", question, home=home).stdout)
    cited = answer["citations"][0]
    assert "361.00" in cited["quote"]
    assert 0 < cited["ocr"] <= 1
    with Rag(Settings(home=home)) as bot:
        catalog = bot.library.catalog
        image = page_image(catalog, cited["document_id"], cited["start"], cited["end"])
    drawn = Image.open(io.BytesIO(image.png))
    boxes = [
        (left * drawn.width, top * drawn.height, right * drawn.width, bottom * drawn.height)
        for left, top, right, bottom in image.boxes
    ]
    # The sentence is in the picture's 620th row of pixels.
    scale = drawn.height / page.height
    assert any(top < (620 + 15) * scale < bottom for _, top, _, bottom in boxes)


def test_json_has_spans_that_hold_in_the_file(seeds_home: Path) -> None:
    result = citespan("ask", "--json", "Where do neonatal stem cells come from?", home=seeds_home)
    answer = json.loads(result.stdout)
    assert answer["status"] == "answered"
    for citation in answer["citations"]:
        text = Path(citation["source"]).read_text(encoding="utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_refusal_has_its_own_exit_code(seeds_home: Path) -> None:
    result = citespan("ask", "Who won the football world cup in 2018?", home=seeds_home)
    assert result.returncode == 4
    assert "do not" in result.stdout
    assert "Nearest passages" in result.stdout


@pytest.mark.parametrize("home", ["none", "."])
def test_a_home_without_a_library_is_one_sentence_with_the_command(
    tmp_path: Path, home: str
) -> None:
    cache = tmp_path / "models"
    result = citespan("ask", "Anything?", home=tmp_path / home, CITESPAN_MODEL_CACHE=str(cache))
    assert result.returncode == 1
    assert not result.stdout
    assert result.stderr.count("\n") == 1
    assert "citespan ingest" in result.stderr
    assert not cache.exists()  # no model was made ready for it


def test_one_bad_file_is_named_and_the_others_go_in(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.txt").write_text("Herons nest in tall trees.")
    (docs / "bad.txt").write_bytes(b"\0")
    home = tmp_path / "home"
    result = citespan("ingest", docs, "--json", home=home)
    assert result.returncode == 3
    report = json.loads(result.stdout)
    assert [Path(name).name for name in report["added"]] == ["good.txt"]
    assert "binary" in report["failed"][str(docs / "bad.txt")]
    assert "bad.txt" in result.stderr

    listing = json.loads(citespan("list", "--json", home=home).stdout)
    assert [Path(d["sources"][0]).name for d in listing] == ["good.txt"]

    gone = citespan("remove", docs / "good.txt", home=home)
    assert gone.returncode == 0
    assert json.loads(citespan("list", "--json", home=home).stdout) == []
    assert citespan("remove", docs / "good.txt", home=home).returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["remove"],
        ["remove", "x", "--all"],
        ["nothing"],
        ["chat", "--port", "x"],
        ["ask"],
        ["ask", ""],
        ["calibrate", "none.jsonl"],
    ],
)
def test_wrong_usage_is_exit_code_two(tmp_path: Path, arguments: list[str]) -> None:
    assert citespan(*arguments, home=tmp_path).returncode == 2


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    result = citespan("list", home=tmp_path, CITESPAN_PASSAGES="many")
    assert result.returncode == 2
    assert "CITESPAN_PASSAGES" in result.stderr


@pytest.mark.fault(80)
def test_somebody_elses_dotenv_is_not_read(seeds_home: Path) -> None:
    stranger = seeds_home / ".env"
    stranger.write_bytes(b"CHROMA_SERVER_HTTP_PORT=\xff\xfenot a number\n")
    try:
        result = citespan("ask", "Which markers identify cancer stem cells?", home=seeds_home)
    finally:
        stranger.unlink()
    assert result.returncode == 0, result.stderr


@pytest.mark.fault(13)
def test_escape_sequences_of_a_document_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "evil.txt").write_text("The heron \x1b[31mnests\x1b[0m in \u202etall trees.")
    home = tmp_path / "home"
    assert citespan("ingest", tmp_path / "evil.txt", home=home).returncode == 0
    result = citespan("ask", "Where does the heron nest?", home=home)
    assert "tall trees" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


def test_doctor_is_content_with_a_good_library_and_not_with_none(
    seeds_home: Path, tmp_path: Path
) -> None:
    good = citespan("doctor", "--json", home=seeds_home)
    assert good.returncode == 0, good.stdout
    findings = {finding["what"]: finding for finding in json.loads(good.stdout)}
    assert all(finding["ok"] for finding in findings.values())
    assert "run by OpenVINO" in findings["embedding model"]["detail"]
    none = citespan("doctor", home=tmp_path / "none")
    assert none.returncode == 1
    assert "citespan ingest" in none.stdout


def test_doctor_names_an_environment_that_uploads(seeds_home: Path) -> None:
    result = citespan("doctor", home=seeds_home, LANGSMITH_TRACING="true")
    assert result.returncode == 1
    assert "LANGSMITH_TRACING" in result.stdout


def test_the_version_is_the_distribution_s(tmp_path: Path) -> None:
    result = citespan("--version", home=tmp_path)
    assert (result.returncode, result.stdout) == (0, f"citespan {version('citespan')}\n")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    script = (
        "import sys\nfrom ui.cli.main import app\n"
        f"try: app([{option!r}])\nexcept SystemExit: pass\n"
        "print(sorted({'pydantic', 'numpy', 'rich', 'langchain_core', 'gradio', 'torch', "
        "'chromadb', 'sqlalchemy'} & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert result.stderr.strip() == "[]"


def test_a_closed_pipe_is_no_stack_trace(seeds_home: Path) -> None:
    command = f"{sys.executable} -m ui.cli.main list --json --home {seeds_home} | true"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "Traceback" not in result.stderr


def test_a_chat_model_may_write_the_answer(seeds_home: Path) -> None:
    with serving(says("CD133 and CD44 can help identify these cells [1].")) as server:
        options = ("--chat-model", "openai:tiny", "--base-url", server.url, "--strict")
        result = citespan("ask", MARKERS, *options, home=seeds_home)
        doctor = citespan(
            "doctor", home=seeds_home,
            CITESPAN_CHAT_MODEL="openai:tiny", CITESPAN_CHAT_BASE_URL=server.url,
        )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("CD133 and CD44 can help identify these cells. [1]\n")
    assert not result.stderr
    assert "ok       chat model: openai:tiny answers" in doctor.stdout


@pytest.mark.fault(81, 82)
def test_a_chat_model_that_fails_is_a_note_and_the_documents_answer(seeds_home: Path) -> None:
    secret = {"OPENAI_API_KEY": "sk-live-0123456789abcdef"}
    with serving(refuses(401, "no sk-live-0123456789abcdef")) as server:
        options = ("--chat-model", "openai:tiny", "--base-url", server.url)
        result = citespan("ask", MARKERS, *options, home=seeds_home, **secret)
        fields = json.loads(
            citespan("ask", MARKERS, "--json", *options, home=seeds_home, **secret).stdout
        )
        doctor = citespan(
            "doctor", home=seeds_home,
            CITESPAN_CHAT_MODEL="openai:tiny", CITESPAN_CHAT_BASE_URL=server.url, **secret,
        )  # fmt: skip
    assert result.returncode == 0
    assert "CD133 and CD44" in result.stdout
    assert result.stderr.startswith("note: ")
    assert "OPENAI_API_KEY" in result.stderr
    assert len(fields["notices"]) == 1
    assert doctor.returncode == 1
    assert "PROBLEM  chat model" in doctor.stdout
    for said in (result.stdout, result.stderr, str(fields), doctor.stdout, doctor.stderr):
        assert "0123456789abcdef" not in said


def test_an_unknown_chat_model_is_one_sentence(seeds_home: Path) -> None:
    result = citespan("ask", MARKERS, "--chat-model", "nobody:some", home=seeds_home)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "provider:model" in result.stderr


def test_an_address_that_is_none_is_wrong_usage(seeds_home: Path) -> None:
    result = citespan("ask", MARKERS, "--base-url", "localhost", home=seeds_home)
    assert result.returncode == 2
    assert "http://localhost:8000/v1" in result.stderr


def test_a_dry_run_shows_the_plan_and_makes_no_library(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "heron.txt").write_text("Herons nest in tall trees.")
    (docs / "heron.mp4").write_bytes(b"\xff\xd8\xff")
    (docs / "notes.log").write_text("Nothing of note.")
    home = tmp_path / "home"
    dry = citespan("ingest", docs, "--dry-run", "--exclude", "*.log", home=home)
    assert dry.returncode == 0, dry.stderr
    assert f"new      {docs / 'heron.txt'}\nplan: 1 new, 1 unsupported" in dry.stdout
    assert "skipped, unsupported formats: 1 .mp4" in dry.stderr
    assert not home.exists()
    made = json.loads(citespan("ingest", docs, "--dry-run", "--json", home=home).stdout)
    assert [Path(name).name for name in made["new"]] == ["heron.txt", "notes.log"]


def test_what_is_not_ingested_is_a_table_and_what_is_gone_is_said(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "heron.txt").write_text("Herons nest in tall trees.")
    (docs / "stork.txt").write_text("Storks nest on roofs.")
    (docs / "a.docx").write_bytes(b"no zip")
    (docs / "longer-name.txt").write_bytes(b"\0")
    home = tmp_path / "home"
    first = citespan("ingest", docs, home=home)
    assert first.returncode == 3
    assert "plan: 4 new" in first.stderr
    heading, *rows = first.stderr[first.stderr.index("not ingested") :].splitlines()
    assert heading == "not ingested (2):"
    column = len(f"  {docs / 'longer-name.txt'}  ")
    assert rows[0][column:].startswith("not a Word document")
    assert rows[1][column:].startswith("binary: it is not a text file")
    (docs / "stork.txt").unlink()
    again = citespan("ingest", docs, home=home)
    assert "2 not ingested" in again.stdout
    assert "no longer there: 1; --prune removes them" in again.stderr


@pytest.mark.fault(71)
def test_ctrl_c_is_one_sentence_and_keeps_what_is_committed(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for n in range(9):
        (docs / f"{n}.html").write_text(f"<p>Page {n} of the story of herons.")
    home = tmp_path / "home"
    script = (
        "import os, signal, sys\nfrom ingest import stages\nfrom ui.cli import main as cli\n"
        # a shell's background jobs inherit that it is ignored
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "stages._BATCH_CHUNKS, commit = 4, stages.Committer.commit\n"
        "def commit_and_stop(committer, batch, embedded):\n"
        "    commit(committer, batch, embedded)\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "stages.Committer.commit = commit_and_stop\n"
        f"sys.argv = ['citespan', 'ingest', {str(docs)!r}, '--home', {str(home)!r}]\ncli.main()\n"
    )
    stopped = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert stopped.returncode == 130
    assert stopped.stderr.endswith("the same command continues from there\n")
    assert "Traceback" not in stopped.stderr
    report = json.loads(citespan("ingest", docs, "--json", home=home).stdout)
    assert len(report["unchanged"]) == 2
    assert len(report["added"]) == 7
