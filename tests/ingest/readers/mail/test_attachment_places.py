"""A citation of an attached file names the attachment, and its page or sheet."""

from __future__ import annotations

from email.message import EmailMessage

from craft import pdf, words

from ingest.readers import Source
from ingest.readers.mail import eml, mbox
from rag.text.layout import Layout


def make_mail(subject: str = "Figures") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@example.org", subject
    message.set_content("The figures are attached.")
    report = pdf([words("Herons nest in trees.", 100, 700)], [words("Storks on roofs.", 100, 700)])
    message.add_attachment(report, maintype="application", subtype="pdf", filename="report.pdf")
    message.add_attachment("# Rye\n\nRye is a grain.", subtype="markdown", filename="notes.md")
    return message


def place_of(source: Source, quote: str) -> tuple[int | None, str]:
    """The page and the part of a quote, after the layout was stored."""
    assert source.layout is not None
    layout = Layout.decode(source.layout.encode())
    assert layout == source.layout
    start = source.text.index(quote)
    run = layout.run(start)
    assert run is not None
    assert layout.least_confidence(start, start + len(quote)) is None
    return layout.page(start), layout.name_part(run)


def test_the_pages_of_an_attachment_are_named() -> None:
    source = eml.read(make_mail().as_bytes(), lambda *_: None)
    assert place_of(source, "Herons nest") == (None, "attachment report.pdf, page 1")
    assert place_of(source, "Storks on") == (None, "attachment report.pdf, page 2")
    assert place_of(source, "Rye is") == (None, "attachment notes.md")
    assert place_of(source, "Attachment: notes.md") == (None, "attachment notes.md")


def test_a_mail_without_attachments_has_no_places() -> None:
    message = EmailMessage()
    message["Subject"] = "Hello"
    message.set_content("Nothing is attached.")
    assert eml.read(message.as_bytes(), lambda *_: None).layout is None


def test_what_stands_before_and_after_attachments_is_in_none() -> None:
    outer = make_mail("Outer")
    outer.add_attachment(make_mail("Inner"))
    box = b"".join(
        b"From ann@example.org Mon Jan  1 10:00:00 2024\n" + mail.as_bytes() + b"\n\n"
        for mail in (outer, make_mail("Last"))
    )
    source = mbox.read(box, lambda *_: None)
    assert place_of(source, "The figures are attached.") == (1, "")
    assert place_of(source, "Herons nest") == (1, "attachment report.pdf, page 1")
    inner = source.text.rindex("Storks on", 0, source.text.index("# Last"))
    assert source.layout is not None
    run = source.layout.run(inner)
    assert run is not None
    name = source.layout.name_part(run)
    assert name.startswith("attachment ")
    assert name.endswith(", attachment report.pdf, page 2")
    last = source.text.index("The figures", source.text.index("# Last"))
    run = source.layout.run(last)
    assert run is not None
    assert (run.page, source.layout.name_part(run)) == (2, "")
