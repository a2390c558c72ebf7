"""Menus, lists of languages and the like leave a page by their links; lists of its text stay."""

from __future__ import annotations

import pytest
from craft import book

from ingest.readers import Reader, formats

READERS = formats()["html"].readers


@pytest.fixture(params=READERS, ids=["lexbor", "python"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return request.param


def links(*names: str, address: str = "/{}", more: str = "") -> str:
    """A list of links."""
    items = (f'<li><a {more} href="{address.format(n)}">{n}</a></li>' for n in names)
    return f"<ul>{''.join(items)}</ul>"


SHARE = "https://social.example/{}?u=https%3A%2F%2Fherons.example%2Fone"
MENU = links("Start", "Vögel", "Über uns", "Kontakt")
TEXT = "<h1>Reiher</h1><p>Sie nisten im April.</p>"


STEPS = "<a href='3.html' {}>Eggs</a>, <a href='1.html' {}>Nests</a>"


@pytest.mark.parametrize(
    "steps",
    [
        f"<p>Next: {STEPS.format('rel=next', 'rel=prev')} [<a href='x.html'>Index</a>]</p>",
        "<table><tr><th colspan=2>The Heron Book</th></tr>"
        f"<tr><td>{STEPS.format('accesskey=n', 'accesskey=p')}</td></tr></table>",
        f"<div><table><tr><td>{STEPS.format('rel=next', 'accesskey=u')}<td></table></div>",
    ],
    ids=["a line", "a table", "a block"],
)
def test_links_to_the_pages_around_leave_at_top_and_bottom(reader: Reader, steps: str) -> None:
    found = reader(f"{steps}{TEXT}{steps}".encode(), lambda *_: None)
    assert found.text == "# Reiher\n\nSie nisten im April.\n"


def test_a_paragraph_with_a_link_to_the_next_page_stays(reader: Reader) -> None:
    page = f"{TEXT}<p>How herons build their nests in the tops of trees, and why they come back to "
    page += "them each spring, is told in <a rel=next href=3.html>the next chapter</a>."
    assert "come back" in reader(page.encode(), lambda *_: None).text


def test_a_sign_that_links_to_its_own_heading_is_no_word_of_it(reader: Reader) -> None:
    page = (
        "<h1>Reiher<a href='#reiher'>¶</a></h1><dl><dt>nisten<a href='#n'>#</a><dd>Im April.</dl>"
    )
    page += "<p>Sie legen Eier <a href='#note1'>1</a>.</p>"
    text = reader(page.encode(), lambda *_: None).text
    assert text == "# Reiher\n\nnisten\n\nIm April.\n\nSie legen Eier 1.\n"


def test_one_example_in_two_languages_is_two_lines(reader: Reader) -> None:
    page = "<p>Run it.</p><pre><code>const a = require('a');</code><code>import a from 'a';</code>"
    page += "</pre><pre><code>x</code> = <code>y</code></pre>"
    text = reader(page.encode(), lambda *_: None).text
    assert "const a = require('a');\nimport a from 'a';\n" in text
    assert "x = y" in text


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"{MENU}{TEXT}", id="a menu before the first heading"),
        pytest.param(f"<header><div>{MENU}</div></header>{TEXT}", id="a menu in the head"),
        pytest.param(
            '<a href="#text">Zum Inhalt springen</a>' + TEXT, id="a link to the page's text"
        ),
        pytest.param(
            f"<p><a href=/>Start</a> › <a href=/v>Vögel</a> › <a href=/r>Reiher</a></p>{TEXT}",
            id="the path to the page",
        ),
        pytest.param(
            '<ol itemtype="https://schema.org/BreadcrumbList"><li><a href=/>Start</a></ol>' + TEXT,
            id="the path to the page, named as such",
        ),
        pytest.param(
            TEXT + links("Dansk", "Suomi", "فارسی", more='hreflang="x"'), id="other languages"
        ),
        pytest.param(TEXT + links("F", "X", "Post", address=SHARE), id="sharing"),
        pytest.param(TEXT + links("Nisten", "Futter", address="#{}"), id="contents"),
        pytest.param(
            f"<main>{TEXT}</main><div><h3>Mehr</h3>{links('Storch', 'Kranich', 'Ibis')}</div>",
            id="links beside the main text",
        ),
        pytest.param(
            f"{TEXT}<aside><h3>Mehr</h3>{links('Storch', 'Ibis')}</aside>", id="an aside of links"
        ),
        pytest.param(
            f"<div id='cookie-banner'><p>Wir nutzen Cookies.</p><button>Ja</button></div>{TEXT}",
            id="a question for consent",
        ),
        pytest.param(
            f"<main>{TEXT}</main><div style='position:fixed'>Jetzt neu!<button>x</button></div>",
            id="a bar that stays in place",
        ),
        pytest.param(f"<div role=dialog>Abonnieren?</div>{TEXT}", id="a dialog"),
        pytest.param(f"{TEXT}<dialog open><p>Abonnieren?</p></dialog>", id="another dialog"),
        pytest.param(f"<ul role=menubar><li>Datei</ul>{TEXT}", id="a menu that says so"),
    ],
)  # fmt: skip
def test_what_is_not_the_text_leaves(reader: Reader, page: str) -> None:
    assert reader(page.encode(), lambda *_: None).text == "# Reiher\n\nSie nisten im April.\n"


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        pytest.param(TEXT + MENU, "- Über uns", id="links below a heading"),
        pytest.param(f"<main>{TEXT}{MENU}</main>", "- Über uns", id="links in the main text"),
        pytest.param(f"<p>Mitglieder:</p>{MENU}{TEXT}", "- Über uns", id="links with a lead-in"),
        pytest.param(MENU, "- Über uns", id="a page of links alone"),
        pytest.param(
            f"<ul><li>Nest: <a href=#n>siehe dort</a><li>Ei: <a href=#e>blau</a></ul>{TEXT}",
            "- Nest: siehe dort",
            id="items with words of their own",
        ),
        pytest.param(
            f"<main>{TEXT}</main><p><a href=/a>Ann</a>, <a href=/b>Ben</a>, <a href=/c>Cy</a>",
            "Ann, Ben, Cy",
            id="a row of facts",
        ),
        pytest.param(
            f"{TEXT}<aside>Offen von neun bis vier: <a href=/>Weg</a>, <a href=/>Karte</a></aside>",
            "Offen von neun bis vier: Weg, Karte",
            id="an aside of text",
        ),
        pytest.param(
            f"{TEXT}<div id='cookie-notice-recipes'><p>Kekse backen.</p></div>",
            "Kekse backen.",
            id="a block without a button",
        ),
        pytest.param(
            TEXT + links("A", "B", address="https://mail.example/?to=https://{}.example"),
            "- B",
            id="links that lead to pages of others",
        ),
        pytest.param(
            "<h1>Fragen</h1><h2><button>Wann nisten sie?</button></h2><p>Im April.",
            "## Wann nisten sie?",
            id="a heading that is a button",
        ),
        pytest.param(f"<h1>Reiher<button>Kopie</button></h1>{TEXT}", "# Reiher\n", id="one beside"),
    ],
)  # fmt: skip
def test_lists_and_blocks_of_the_text_stay(reader: Reader, page: str, kept: str) -> None:
    assert kept in reader(page.encode(), lambda *_: None).text


def test_a_chapter_of_links_is_left_out_of_a_book() -> None:
    data = book(
        {
            "contents.xhtml": "<h1>Contents</h1>" + links("One", "Two", "Three"),
            "one.xhtml": "<h1><a href='contents.xhtml'>One</a></h1><p>Herons nest.</p>",
        }
    )
    assert formats()["epub"].readers[0](data, lambda *_: None).text == "# One\n\nHerons nest.\n"


@pytest.mark.fault(23)
@pytest.mark.parametrize("unit", ["<ul><li><a href=#>x</a>", "<p><a href=/>x", "<div>", "</div>"])
def test_blocks_that_never_end_are_read(reader: Reader, unit: str) -> None:
    page = unit * 900 + "<h1>Reiher</h1><p>Sie nisten.</p>"
    assert "Sie nisten." in reader(page.encode(), lambda *_: None).text
