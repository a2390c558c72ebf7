"""``citespan ask``: one question, one answer."""

from __future__ import annotations

import gc
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.exit_codes import Exit
from ui.cli.options import AnswerOptions, Json, expand_options
from ui.cli.printing import print_answer
from ui.cli.terminal import show_spinner

if TYPE_CHECKING:
    from rag.models.embedder import Embedder
    from rag.models.pair_reader import PairReader


@expand_options
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    options: AnswerOptions,
    as_json: Json = False,
) -> None:
    """Answer a question with cited sentences."""
    gc.disable()  # garbage collection during the imports costs more than one question leaves
    settings = options.settings()
    from rag.library.home import CATALOG
    from rag.models.embedder import Embedder
    from rag.models.pair_reader import PairReader

    embedder, pair_reader = Embedder(settings=settings), PairReader(settings)
    if settings.catalog or (settings.home / CATALOG).is_file():
        # the models load while the rest is imported and passages are searched
        Thread(target=_load_models, args=(embedder, pair_reader)).start()
    from rag import Rag

    rag = Rag(settings, embedder=embedder, pair_reader=pair_reader, once=True)
    with rag, show_spinner("searching"):
        answer = rag.ask(question)
    print_answer(answer, as_json=as_json)
    if answer.status == "abstained":
        raise typer.Exit(Exit.ABSTAINED)


def _load_models(*models: Embedder | PairReader) -> None:
    """Load them one after the other, in the order in which they are needed."""
    for model in models:
        model.load()
