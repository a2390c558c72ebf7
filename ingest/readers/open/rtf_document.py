"""Follows the control words of Rich Text and writes its paragraphs as blocks."""

import re
from dataclasses import replace

from ingest.readers.open.rtf_state import Definitions, Paragraph, State
from ingest.readers.open.rtf_text import Characters, character_of
from ingest.readers.open.rtf_tokens import Token
from ingest.readers.shared.writer import RAISED, Writer, one_line
from rag.errors import DocumentError

_OUT = frozenset(
    "colortbl pict objdata header headerl headerr headerf footer footerl footerr footerf fldinst "
    "datafield sp shprslt nonshppict upr private template operator company manager listtable "
    "listoverridetable rsidtbl revtbl filetbl generator themedata colorschememapping datastore "
    "latentstyles xmlnstbl bkmkstart bkmkend tc xe atnid atnref atndate atntime atnicn atnparent "
    "ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn author subject keywords comment doccomm creatim "
    "revtim printim buptim hlinkbase category nesttableprops nonesttables pn formfield".split()
)
"""Destinations that are left out."""
_KEPT = frozenset(
    "footnote annotation atnauthor shpinst ud cs do dptxbxtext fonttbl stylesheet title".split()
)
"""Destinations that are read though a program that does not know them may leave them out."""
_DEEPEST = 2_000
_ITEM_MARK = re.compile(r"\(?\w{1,4}[.)]")
_HANGING = re.compile(r"\s*(\S{1,5})\t(?=.*\S)", re.S)
"""A mark at the start of a paragraph whose first line hangs."""
_BULLETS = frozenset("•◦▪‣●○■□·*–—-o§")
_NOTE_MARK = "chftn"


class Document:
    """Collects a document's text from its tokens."""

    def __init__(self) -> None:
        self.writer = Writer()
        self.title = ""
        self._states: list[State] = []
        self._state = State()
        self._definitions = Definitions()
        self._text = Characters()
        self._paragraph = Paragraph()
        self._mark: str | None = None
        self._indents: list[int] = []
        """Those of the items around the next one."""
        self._row: list[str] = []
        self._cell: list[str] = []
        self._set_aside: list[Characters] = []
        """The text around each note, list mark, style name …, which is read by itself."""
        self._notes: list[str] = []
        self._comments: list[str] = []
        self._author = ""
        self._to_skip = 0
        self._optional = False

    @property
    def is_closed(self) -> bool:
        """Whether the outermost group has ended."""
        return not self._states

    def take(self, token: Token) -> bool:
        """Take the next token; False if the document has ended with it."""
        if token.brace:
            self._to_skip = 0
            if token.brace == "}":
                return self._end_group()
            self._begin_group()
        elif token.word:
            self._take_word(token)
        elif self._to_skip:
            cut = min(self._to_skip, len(token.data))
            self._to_skip -= cut
            self._add_bytes(token.data[cut:])
        else:
            self._add_bytes(token.data)
        return True

    def finish(self) -> None:
        """Write what is still open, and the notes, which the text refers to by their marks."""
        while self._states:
            self._end_group()
        self._end_paragraph()
        self._end_row()
        for note in self._notes:
            self.writer.paragraph(note)
        self._notes.clear()

    def _begin_group(self) -> None:
        if len(self._states) >= _DEEPEST:
            raise DocumentError(f"refused: its groups are nested more than {_DEEPEST:,} deep")
        self._states.append(self._state)
        self._state = replace(self._state, destination="")
        self._optional = False

    def _end_group(self) -> bool:
        if not self._states:
            return False
        if self._state.destination:
            self._end_destination(self._state.destination)
        self._state = self._states.pop()
        return bool(self._states)

    def _take_word(self, token: Token) -> None:
        word, number = token.word, token.number
        if word == "*":
            self._optional = True
            return
        optional, self._optional = self._optional, False
        if self._to_skip and word not in {"u", "uc"}:
            self._to_skip -= 1
            if word in {"\\", "{", "}"}:
                return
        if word in _OUT or (optional and word not in _KEPT):
            self._state.out = True
        elif word in _KEPT or word in {"listtext", "pntext"}:
            self._begin_destination(word)
        elif not self._state.out:
            self._follow(word, number)

    def _follow(self, word: str, number: int | None) -> None:
        state, value = self._state, number or 0
        if word == "u":
            if state.shows:
                self._text.add_unit(value)
            self._to_skip = state.skipped
        elif word == "f":
            state.encoding = self._definitions.choose_font(value)
        elif state.follow(word, number) or self._definitions.follow(
            word, value, in_styles=self._inside("stylesheet")
        ):
            return
        elif self._set_aside or not self._follow_paragraph(word, value):
            character = character_of(word)
            if word == _NOTE_MARK:
                character = str(len(self._notes) + 1).translate(RAISED)
            if state.shows and character is not None:
                self._text.add(character)

    def _follow_paragraph(self, word: str, value: int) -> bool:
        """Follow a word that ends a block of the document's own text, or says what it is."""
        if word in {"par", "sect", "page"}:
            self._end_paragraph()
        elif word == "pard":
            self._paragraph, self._mark = Paragraph(), None
        elif word in {"cell", "nestcell"}:
            self._end_cell(is_nested=word == "nestcell")
        elif word == "row":
            self._end_row()
        elif word == "trowd":
            self._end_loose_cell()
        else:
            return self._paragraph.follow(word, value, self._definitions)
        return True

    def _inside(self, destination: str) -> bool:
        return self._state.destination == destination or any(
            state.destination == destination for state in self._states[-3:]
        )

    def _begin_destination(self, word: str) -> None:
        if word in {"cs", "do", "shpinst", "ud"}:
            self._state.out = False if word == "ud" else self._state.out
            return
        if word == "dptxbxtext" or self._state.out or self._state.destination:
            return
        self._state.destination = word
        self._set_aside.append(self._text)
        self._text = Characters()

    def _end_destination(self, word: str) -> None:
        words = self._text.take()
        self._text = self._set_aside.pop()
        if word == "title":
            self.title = one_line(words)
        elif word in {"listtext", "pntext"}:
            self._mark = words.strip()
        elif word == "footnote" and words.strip():
            self._notes.append(words)
        elif word == "atnauthor":
            self._author = one_line(words)
        elif word == "annotation" and words.strip():
            by = f" by {self._author}" if self._author else ""
            self._comments.append(f"Comment{by}: {words.strip()}")

    def _add_bytes(self, data: bytes) -> None:
        if not data or not self._state.shows or self._inside("fonttbl"):
            return
        if self._inside("stylesheet"):
            self._definitions.name_style(data.decode("latin-1").strip("; "))
            return
        self._text.add_bytes(data, self._state.encoding or self._definitions.encoding)

    def _end_paragraph(self) -> None:
        words = self._text.take()
        paragraph = self._paragraph
        if paragraph.in_table:
            self._cell.append(words)
            return
        self._end_loose_cell()
        if self._mark is None and paragraph.hangs and paragraph.level is None:
            words = self._take_mark(words)
        if self._mark is not None:
            mark = self._mark if _ITEM_MARK.fullmatch(self._mark) else "-"
            self.writer.item(words, self._find_depth(paragraph), mark)
        else:
            self._indents.clear()
            if paragraph.level is None:
                self.writer.paragraph(words)
            else:
                self.writer.heading(max(1, paragraph.level), words)
            if paragraph.level == 0:
                self.title = self.title or one_line(words)
        self._mark = None
        self._write_comments()

    def _take_mark(self, words: str) -> str:
        """Take an item's mark from the words, if they begin with one."""
        match = _HANGING.match(words)
        if match and (match[1] in _BULLETS or _ITEM_MARK.fullmatch(match[1])):
            self._mark = match[1]
            return words[match.end() :]
        return words

    def _find_depth(self, paragraph: Paragraph) -> int:
        """How many items of the list an item is under."""
        if paragraph.depth is not None:
            return paragraph.depth
        while self._indents and self._indents[-1] > paragraph.indent:
            self._indents.pop()
        if not self._indents or self._indents[-1] < paragraph.indent:
            self._indents.append(paragraph.indent)
        return len(self._indents) - 1

    def _end_cell(self, *, is_nested: bool) -> None:
        words = " ".join([*self._cell, self._text.take()]).strip()
        self._mark = None
        if is_nested:
            self._cell = [f"{words}," if words else ""]
        else:
            self._cell = []
            self._row.append(words.rstrip(","))

    def _end_row(self) -> None:
        row, self._row = self._row, []
        self._end_loose_cell()
        if len(row) == 1:
            self.writer.paragraph(row[0])
        elif row:
            self.writer.row(row)
        self._write_comments()

    def _end_loose_cell(self) -> None:
        """Write what stood in a table's cell that never ended, and a row that has no end."""
        cell, self._cell = self._cell, []
        row, self._row = self._row, []
        self.writer.row(row)
        for words in cell:
            self.writer.paragraph(words)

    def _write_comments(self) -> None:
        for comment in self._comments:
            self.writer.paragraph(comment)
        self._comments.clear()
