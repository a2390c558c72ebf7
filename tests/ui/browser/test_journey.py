"""Whole journeys: documents come and go, conversations stay, everybody can follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from craft import pdf, words
from playwright.sync_api import Page, expect

from eval.cases.feedback import load_feedback
from ingest import ingest
from rag import Rag, Settings
from served import served
from ui.web.security.login import Login

from .conftest import OpenPage
from .test_page import MARKERS, ask

pytestmark = pytest.mark.browser

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
REACTOR = "What is the zorbium reactor cooled by?"
SENTENCE = "The zorbium reactor is cooled by liquid helium."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    ingest([SEEDS], Settings(home=tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def library(home: Path) -> Iterator[Rag]:
    with Rag(Settings(home=home)) as rag:
        yield rag


def paper(folder: Path) -> Path:
    file = folder / "reactor.pdf"
    file.write_bytes(pdf([words("About reactors.", 50, 700)], [words(SENTENCE, 50, 700, 12)]))
    return file


def box(page: Page) -> str:
    return page.get_by_label("Your question").input_value()


def test_a_document_is_added_asked_seen_removed_and_brought_back(
    open_page: OpenPage, library: Rag, tmp_path: Path
) -> None:
    notes = tmp_path / "tool.exe"
    notes.write_bytes(b"MZ")
    with served(library) as url:
        page = open_page(url, viewport={"width": 1280, "height": 800})
        side, panel = page.locator("#cs-side"), page.locator("#cs-panel")
        page.get_by_role("button", name="Add documents").click()
        page.locator(".cs-dialog input[type=file]:not([webkitdirectory])").set_input_files(
            [paper(tmp_path), notes]
        )
        expect(side.locator(".cs-bad")).to_contain_text("Files that end in .exe are not supported")
        expect(side.locator(".cs-documents li")).to_have_count(3)
        side.get_by_label("Search documents").fill("REACTOR")
        expect(side.locator(".cs-documents li")).to_have_count(1)
        expect(side.locator(".cs-counted")).to_have_text("1 of 3 documents")
        side.get_by_label("Search documents").fill("")
        side.get_by_label("Search in “reactor”").check()
        expect(page.locator("#cs-notes")).to_contain_text("Search in: “reactor”")
        ask(page, REACTOR)
        page.locator("a.cs-mark").first.click()
        expect(panel.get_by_label("Page", exact=True)).to_have_value("2")
        quoted = panel.locator("mark.cs-box")
        expect(quoted).to_be_in_viewport()
        picture = panel.get_by_alt_text("Picture of page 2").bounding_box()
        around = quoted.bounding_box()
        assert around is not None
        assert picture is not None
        # The line stands 50 from the left and 100 from the top of a page of 600 by 800.
        assert (around["x"] - picture["x"]) / picture["width"] == pytest.approx(50 / 600, abs=0.02)
        assert (around["y"] - picture["y"]) / picture["height"] == pytest.approx(0.11, abs=0.03)
        panel.get_by_label("Page", exact=True).fill("1")
        page.keyboard.press("Enter")
        expect(panel.get_by_alt_text("Picture of page 1")).to_be_in_viewport()
        expect(panel.locator(".cs-layer").first).to_have_text("About reactors.")
        for _ in range(3):
            panel.get_by_role("button", name="Zoom in").click()
        wide = panel.get_by_alt_text("Picture of page 2").bounding_box()
        assert wide is not None
        assert wide["width"] == pytest.approx(2 * picture["width"], rel=0.05)
        panel.get_by_role("button", name="Back to the quote").click()
        expect(quoted).to_be_in_viewport()
        panel.locator(".cs-layer").last.evaluate("part => getSelection().selectAllChildren(part)")
        assert page.evaluate("getSelection().toString().trim()") == SENTENCE
        panel.get_by_role("button", name="Text", exact=True).click()
        expect(panel.locator(".cs-source-text mark")).to_have_text(SENTENCE)
        page.keyboard.press("Escape")
        ask(page, MARKERS)  # not in the one document that is asked
        expect(page.locator(".cs-answer").last.locator("a.cs-mark")).to_have_count(0)
        page.get_by_role("button", name="Search all", exact=True).click()
        side.locator(".cs-documents li", has_text="reactor").hover()
        side.get_by_role("button", name="Remove “reactor”").click()
        expect(side.locator(".cs-documents li")).to_have_count(2)
        ask(page, REACTOR)
        expect(page.locator(".cs-answer").last.locator("a.cs-mark")).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(side.locator(".cs-documents li")).to_have_count(3)
        page.context.close()  # before the server goes, which a page would complain about


def test_a_drop_is_taken_wherever_it_falls(open_page: OpenPage, library: Rag) -> None:
    with served(library) as url:
        page = open_page(url)
        expect(page.locator(".cs-counted")).to_have_text("2 documents")
        dropped = page.evaluate_handle(
            """text => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([text], "dropped <img src=x>.md"));
              return transfer;
            }""",
            f"# Reactors\n\n{SENTENCE}\n",
        )
        page.dispatch_event("#cs-chat", "drop", {"dataTransfer": dropped})
        expect(page.locator("#cs-side .cs-documents li")).to_have_count(3)
        ask(page, REACTOR)
        page.locator("a.cs-mark").first.click()
        expect(page.locator("#cs-panel .cs-heading")).to_have_text("Reactors", use_inner_text=True)
        page.context.close()


def test_folders_are_taken_with_what_is_in_them(
    open_page: OpenPage, library: Rag, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "reactor.md").write_text(f"# Reactors\n\n{SENTENCE}\n", encoding="utf-8")
    (folder / "deep" / "moon.txt").write_text("The moon base is called Selene.", encoding="utf-8")
    (folder / "deep" / "deeper" / "sea.txt").write_text("The sea lab lies 30 m deep.", "utf-8")
    (folder / ".hidden" / "private.txt").write_text("Nobody should see this.", encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "tower.txt").write_text("The tower is 90 metres high.", encoding="utf-8")
    with served(library) as url:
        page = open_page(url, viewport={"width": 1280, "height": 800})
        expect(page.locator(".cs-counted")).to_have_text("2 documents")
        # As the system's file manager drops it: the browser reads the folder from the disk.
        devtools = page.context.new_cdp_session(page)
        data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        for step in ("dragEnter", "dragOver", "drop"):
            place = {"x": 600, "y": 300}
            devtools.send("Input.dispatchDragEvent", {"type": step, "data": data, **place})
            if step == "dragOver":
                expect(page.locator("body.cs-dropping")).to_have_count(1)
        listed = page.locator("#cs-side .cs-documents li")
        expect(listed).to_have_count(5)
        for title in ("Reactors", "moon", "sea"):
            expect(page.locator("#cs-side .cs-documents")).to_contain_text(title)
        expect(page.locator("#cs-side")).not_to_contain_text("private")
        page.get_by_role("button", name="Add documents").click()
        page.locator(".cs-dialog input[webkitdirectory]").set_input_files(tmp_path / "more")
        expect(listed).to_have_count(6)
        ask(page, "How high is the tower?")
        expect(page.locator(".cs-answer")).to_contain_text("The tower is 90 metres high.")
        page.context.close()


def test_conversations_outlive_the_server_and_belong_to_one_browser(
    open_page: OpenPage, library: Rag, home: Path
) -> None:
    with served(library) as url:
        port = int(url.rsplit(":", 1)[1])
        page = open_page(url, viewport={"width": 1280, "height": 800})
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(page, MARKERS)
        page.get_by_role("button", name="Copy with citations").click()
        expect(page.locator("#cs-toasts")).to_contain_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        for citation in library.ask(MARKERS).citations:
            assert citation.quote in copied
            assert f"characters {citation.start}–{citation.end}" in copied
        page.get_by_role("button", name="Good answer").click()
        page.get_by_label("Note about this answer").fill("Just right.")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#cs-toasts")).to_contain_text("Thank you")
        page.goto("about:blank")
    kept = load_feedback(home)
    assert [(given.verdict, given.note) for given in kept] == [("up", ""), ("up", "Just right.")]
    assert kept[0].question == MARKERS
    assert kept[0].citations
    with served(library, port) as url:
        page.goto(url)
        expect(page.locator(".cs-question")).to_have_text(MARKERS)
        first = page.locator("a.cs-mark").first
        first.click()
        expect(page.locator("#cs-panel mark")).to_be_in_viewport()
        page.keyboard.press("Escape")
        ask(page, "Why are they useful?")
        expect(page.locator(".cs-searched")).to_have_count(1)  # it leans on what came before

        page.get_by_role("button", name="Edit this question").first.click()
        assert box(page) == MARKERS
        expect(page.locator("#cs-notes")).to_contain_text("Editing an earlier question")
        page.get_by_role("button", name="Cancel").click()
        assert box(page) == ""
        page.get_by_role("button", name="Edit this question").first.click()
        ask(page, "What are neonatal stem cells derived from?")
        expect(page.locator(".cs-question")).to_have_text(
            "What are neonatal stem cells derived from?"
        )
        before = page.locator("a.cs-mark").first.element_handle()
        page.get_by_role("button", name="Ask again").click()
        before.wait_for_element_state("hidden")
        expect(page.locator("a.cs-mark").first).to_be_visible()
        expect(page.locator(".message-row")).to_have_count(2)
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()  # it has ended

        side = page.locator("#cs-side")
        side.get_by_role("button", name="Conversations", exact=True).click()
        row = side.locator(".cs-current-row")
        row.get_by_role("button", name="Rename").click()
        page.get_by_label("Name of the conversation").fill("Cells <b>and</b> more")
        page.keyboard.press("Enter")
        listed = side.locator(".cs-conversation")
        expect(listed).to_have_text(["Cells <b>and</b> more", MARKERS])
        with page.expect_download() as download:
            row.get_by_role("button", name="Export").click()
        text = Path(download.value.path()).read_text(encoding="utf-8")
        assert text.startswith("# Cells \\<b\\>and\\</b\\> more\n")
        assert "## What are neonatal stem cells derived from?" in text
        assert "neonatal-stem-cells-leukemia.txt, characters" in text

        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".message-row")).to_have_count(0)
        listed.first.click()
        expect(page.locator(".message-row")).to_have_count(2)
        stranger = open_page(url)
        stranger.get_by_role("button", name="Conversations", exact=True).click()
        expect(stranger.locator(".cs-none")).to_be_visible()
        expect(stranger.locator(".message-row")).to_have_count(0)
        row.get_by_role("button", name="Delete").click()
        expect(listed).to_have_text([MARKERS])
        page.get_by_role("button", name="Undo").click()
        expect(listed).to_have_count(2)
        stranger.context.close()
        page.context.close()


def test_many_documents_are_paged(open_page: OpenPage, address: str) -> None:
    about = {"file": "paper.txt", "characters": 900, "added": 1.0, "kind": "text", "date": ""}
    documents = [{"id": f"{n}", "title": f"Paper {n}", **about} for n in range(120)]
    held = {"documents": documents, "suffixes": [".txt"], "largest": 1, "writable": False}
    page = open_page(address, viewport={"width": 1280, "height": 800})
    page.route("**/page/documents", lambda route: route.fulfill(json=held))
    page.reload()
    listed = page.locator("#cs-side .cs-documents li")
    for count in (50, 100, 120):
        expect(listed).to_have_count(count)
        if count < 120:
            page.get_by_role("button", name="Show more").click()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    page.get_by_label("Search documents").fill("paper 11")
    expect(listed).to_have_count(11)  # 11 and 110 to 119
    page.get_by_label("Select all").check()
    expect(page.locator("#cs-notes")).to_contain_text("Search in: selected (11)")
    page.get_by_label("Search documents").fill("")
    page.get_by_role("button", name="Search all", exact=True).click()
    expect(page.get_by_label("Select all")).not_to_be_checked()


def test_the_page_works_behind_its_login(open_page: OpenPage, bot: Rag) -> None:
    login = {"username": "ada", "password": "a-long-password"}
    with served(bot, auth=Login("ada", "a-long-password")) as url:
        page = open_page(url, http_credentials=login)
        ask(page, MARKERS)
        page.locator("a.cs-mark").first.click()
        expect(page.locator("#cs-panel mark")).to_be_in_viewport()
        page.context.close()


UNSEEN_FOCUS = """() => {
  const { activeElement: here } = document;
  const seen = (part) => {
    const { outlineStyle, boxShadow } = getComputedStyle(part);
    return outlineStyle !== "none" || boxShadow !== "none";
  };
  const shown = here === document.body || seen(here) || seen(here.closest("#cs-question") || here);
  return shown ? "" : here.outerHTML;
}"""


def test_whatever_has_the_focus_shows_it(open_page: OpenPage, address: str) -> None:
    page = open_page(address, viewport={"width": 1280, "height": 800})
    ask(page, MARKERS)
    page.get_by_role("button", name="Collapse this column").focus()
    unseen, reached = set(), set()
    for _ in range(45):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement !== document.body"):
            for _ in range(20):  # a busy machine draws later
                hidden = page.evaluate(UNSEEN_FOCUS)
                if not hidden:
                    break
                page.wait_for_timeout(50)
            unseen.add(hidden)
            reached.add(page.evaluate("document.activeElement.className"))
    assert unseen == {""}
    assert len(reached) > 5


def serious(page: Page) -> list[str]:
    """What axe finds to be serious or critical: the rule, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']][:4])}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_everybody_can_follow(open_page: OpenPage, address: str, scheme: str, width: int) -> None:
    page = open_page(
        address,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # axe is a script of the test's own
    )
    expect(page.locator(".cs-questions button").first).to_be_visible()
    troubles = {"start": serious(page)}
    ask(page, MARKERS)
    ask(page, "How much does a ticket to Paris cost?")
    troubles["answers"] = serious(page)
    page.locator("a.cs-mark").first.click()
    expect(page.locator("#cs-panel mark")).to_be_in_viewport()
    troubles["source"] = serious(page)
    page.keyboard.press("Escape")
    for view in ("Conversations", "Sources"):
        page.get_by_role("button", name=view, exact=True).click()
        expect(page.locator(f"#cs-side section[aria-label={view}]")).to_be_visible()
        troubles[view] = serious(page)
    for name in ("Add documents", "Settings", "About this library"):
        page.locator("#cs-side").get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        troubles[name] = serious(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    assert not {where: found for where, found in troubles.items() if found}


def test_settings_hold_for_the_next_question(open_page: OpenPage, address: str) -> None:
    page = open_page(address, viewport={"width": 1280, "height": 800})
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Passages per question").fill("1")
    page.get_by_label("Passages per question").press("Tab")
    page.get_by_label("Theme").select_option("dark")
    page.keyboard.press("Escape")
    ask(page, MARKERS)
    sent = page.evaluate("document.querySelector('#cs-options textarea').value")
    assert json.loads(sent)["passages"] == 1
    page.reload()
    expect(page.locator("body.dark")).to_have_count(1)
    page.get_by_role("button", name="About this library").click()
    expect(page.get_by_role("dialog")).to_contain_text("nothing is sent anywhere else")
