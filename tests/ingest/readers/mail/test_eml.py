"""Mail: headers, the right text, earlier messages, attachments, and what is refused."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from ingest.readers import Source, formats
from ingest.reading.child import pack, unpack
from ingest.reading.load import load
from rag.errors import DocumentError

HEAD = b"From: Ann <ann@x.org>\r\nTo: bob@x.org\r\nSubject: Tea\r\n"


def read(data: bytes) -> Source:
    return formats()["eml"].readers[0](data, lambda *_: None)


def mail(text: str = "Hello.\n", subject: str = "Tea") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann Lee <ann@x.org>"
    message["Subject"] = subject
    message.set_content(text)
    return message


def body(text: str) -> str:
    """What follows the headers of a mail with this text."""
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return read(head + text.encode()).text.split("Subject: Tea\n\n")[1]


def test_headers_are_fields_and_the_subject_is_the_title() -> None:
    source = read(
        b'From: "Lee, Ann" <ann@x.org>\nTo: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <j@x.org>,\n'
        b" bob@x.org\nCc: c@x.org <c@x.org>\nDate: Tue, 03 Mar 2026 09:15:00 +0100\nX-Spam: no\n"
        b"Subject: =?iso-8859-1?q?Caf=E9?= at\n =?utf-8?b?bm9vbg==?=\n\nCome.\n"
    )
    assert source.title == "Café at noon"
    assert source.text == (
        "# Café at noon\n\nFrom: Lee, Ann <ann@x.org>\nTo: Jürgen Groß <j@x.org>, bob@x.org\n"
        "Cc: c@x.org\nDate: Tuesday, 3 March 2026, 09:15 +01:00\nSubject: Café at noon\n\nCome.\n"
    )


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Mon, 4 May 2026 10:00:00 +0000", "Monday, 4 May 2026, 10:00 UTC"),
        ("4 May 2026 10:00", "Monday, 4 May 2026, 10:00"),
        ("some day", "some day"),
    ],
)
def test_dates_are_written_out(written: str, read_as: str) -> None:
    assert f"Date: {read_as}\n" in read(HEAD + f"Date: {written}\r\n\r\nx".encode()).text


@pytest.mark.parametrize(
    ("charset", "transfer", "payload"),
    [
        ("utf-8", "8bit", "Zürich – 5 €".encode()),
        ("windows-1252", "8bit", "Zürich – 5 €".encode("cp1252")),
        ("utf-8", "base64", b"WsO8cmljaCDigJMgNSDigqw="),
        ("utf-8", "quoted-printable", b"Z=C3=BCrich =E2=80=93 5=\r\n =E2=82=AC"),
        ("no-such-charset", "8bit", "Zürich – 5 €".encode()),
    ],
)
def test_encodings_are_undone(charset: str, transfer: str, payload: bytes) -> None:
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {transfer}"
    assert read(HEAD + head.encode() + b"\r\n\r\n" + payload).text.endswith("Zürich – 5 €\n")


def test_encodings_that_look_like_ascii_are_read_as_declared() -> None:
    head = b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
    assert "日本語" in read(HEAD + head + "日本語".encode("iso-2022-jp")).text


def test_the_plain_form_is_preferred_unless_it_is_a_stub() -> None:
    message = mail("The plain text.\n")
    message.add_alternative("<p>The <b>page</b>.</p>", subtype="html")
    assert read(message.as_bytes()).text.endswith("\n\nThe plain text.\n")
    stub = mail("See the page.\n")
    stub.add_alternative(f"<h1>News</h1><p>{'Much is told here. ' * 9}</p>", subtype="html")
    assert "# News\n\nMuch is told here." in read(stub.as_bytes()).text
    assert "See the page" not in read(stub.as_bytes()).text


def test_a_page_is_read_with_its_lists_and_tables_and_its_quotes_are_history() -> None:
    message = mail()
    message.set_content(
        "<style>p {}</style><p>Yes:</p><ul><li>tea</ul><table><tr><td>a<td>b</table>"
        "<div>On Monday, 2 March 2026, Bob wrote:</div><blockquote type=cite><p>Tea?</p>"
        "<blockquote type=cite>Older.</blockquote></blockquote>",
        subtype="html",
    )
    assert read(message.as_bytes()).text.endswith(
        "\n\nYes:\n\n- tea\n\n| a | b |\n\n## Earlier messages\n\n"
        "On Monday, 2 March 2026, Bob wrote:\n\nTea?\n\nOlder.\n"
    )


def test_lines_that_a_mail_program_wrapped_are_joined() -> None:
    head = b"Content-Type: text/plain; format=flowed\r\n\r\n"
    text = b"one \r\ntwo\r\n-- \r\nAnn\r\n> quoted \r\n> line\r\n"
    assert read(HEAD + head + text).text.endswith(
        "one two\n-- \nAnn\n\n## Earlier messages\n\nquoted line\n"
    )


def test_attachments_are_named_and_read_below_their_names() -> None:
    message = mail()
    message.add_attachment("# Rules\n\nNo shoes.\n", filename="rules.md")
    message.add_attachment(
        b"name,age\nann,5\n", maintype="text", subtype="csv", filename="C:\\files\\ages.csv"
    )
    message.add_attachment(b"\0\1", maintype="application", subtype="x-boat", filename="boat.bin")
    source = read(message.as_bytes())
    assert "\nAttachments: rules.md, ages.csv, boat.bin\n" in source.text
    assert source.text.endswith(
        "Hello.\n\n## Attachment: rules.md\n\n### Rules\n\nNo shoes.\n\n"
        "## Attachment: ages.csv\n\nname; age\n\nname: ann; age: 5\n"
    )
    assert source.warning == ""


def test_a_damaged_attachment_is_named_with_the_reason_and_the_mail_is_read() -> None:
    message = mail()
    for name in ("plan.docx", "page.html"):
        message.add_attachment(b"<p>Hi", maintype="application", subtype="x", filename=name)
    source = read(message.as_bytes())
    assert source.warning == (
        "the attachment plan.docx is not read: damaged: not a Word document, whose parts are zipped"
    )
    assert source.text.endswith("## Attachment: page.html\n\nHi\n")


def test_asides_of_an_attachment_move_with_its_text() -> None:
    message = mail()
    page = b"<h1>T</h1><p>Text.</p><h2>U</h2><footer>The foot.</footer>"
    message.add_attachment(page, maintype="application", subtype="x", filename="a.html")
    source = read(message.as_bytes())
    assert [source.text[aside.start : aside.end].strip() for aside in source.asides] == [
        "The foot."
    ]
    assert unpack(pack(source)) == source


def test_mails_in_mails_are_read_three_deep() -> None:
    message = mail("Text 5.\n", "Mail 5")
    for number in range(4, -1, -1):
        outer = mail(f"Text {number}.\n", f"Mail {number}")
        outer.add_attachment(message)
        message = outer
    source = read(message.as_bytes())
    assert all(f"Text {number}." in source.text for number in range(4))
    assert "Text 4" not in source.text
    assert source.warning == "the attachment Mail 4 is not read: mails are nested more than 3 deep"


def test_a_mail_file_in_a_mail_counts_as_nested_too() -> None:
    data = mail("Innermost.\n").as_bytes()
    for _ in range(4):
        outer = mail("Around.\n")
        outer.add_attachment(data, maintype="application", subtype="x", filename="a.eml")
        data = outer.as_bytes()
    source = read(data)
    assert "Innermost" not in source.text
    assert "nested more than 3 deep" in source.warning


def test_pictures_in_the_text_and_signatures_are_not_attachments() -> None:
    message = mail()
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", cid="<a@x>")
    message.add_attachment(b"0", maintype="application", subtype="pkcs7-signature", filename="s")
    assert "Attachments" not in read(message.as_bytes()).text


def test_code_in_an_attachment_opens_no_heading() -> None:
    message = mail()
    message.add_attachment("# a comment\nx = 1\n", filename="a.py")
    assert read(message.as_bytes()).text.endswith("```\n# a comment\nx = 1\n```\n")


def test_answers_between_the_lines_keep_what_they_answer() -> None:
    text = "On Monday Bob wrote:\n> Tea?\nYes.\n> Cake?\nNo.\n"
    assert body(text) == text


def test_long_headers_are_cut_and_say_so() -> None:
    text = read(b"Subject: x\nTo: " + b"Ann Lee <ann@x.org>, " * 9_000 + b"\n\nHi").text
    assert "… (shortened from " in text
    assert len(text) < 3_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"just\n\ntext", "not a mail: it has no headers"),
        (
            HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\nabc\r\n",
            "encrypted, or packed in its signature",
        ),
        (
            HEAD + b'Content-Type: application/pkcs7-mime; name="smime.p7m"\r\n\r\nAAAA',
            "encrypted, or packed in its signature",
        ),
        (
            HEAD
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                for n in range(3_000)
            ),
            "refused: its parts are nested too deep",
        ),
    ],
    ids=["no mail", "PGP", "S/MIME", "nested"],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason.replace("(", r"\(")):
        read(data)


def test_the_second_reader_leaves_attachments_out_and_says_so() -> None:
    message = mail()
    message.add_attachment("Secret plan.\n", filename="a.txt")
    source = formats()["eml"].readers[1](message.as_bytes(), lambda *_: None)
    assert "Attachments: a.txt" in source.text
    assert "Secret plan" not in source.text
    assert source.warning.startswith("the attachments are not read")


def test_a_mail_is_read_in_a_child_process() -> None:
    assert load("a.eml", mail().as_bytes()).title == "Tea"
