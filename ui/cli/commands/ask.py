"""``citespan ask``: one question, one answer."""

import gc
import sys
from threading import Thread

import typer

from ui.cli.options import AnswerOptions, In, Json, expand_options
from ui.cli.printing import print_answer, print_suggestions
from ui.cli.terminal import Exit, show_spinner


@expand_options
def ask(question: str, options: AnswerOptions, sources: In = None, as_json: Json = False) -> None:
    """Answer a question with cited sentences.

    :param question: The question, in quotes.
    :param sources: Ask only these: a document, a folder or a pattern such as "*.pdf"; repeatable.
    """
    gc.disable()  # garbage collection during the imports costs more than one question leaves
    settings = options.settings()
    from rag.library.home import CATALOG
    from rag.models.embedder import Embedder
    from rag.models.reader import Reader

    embedder, reader = Embedder(settings=settings), Reader(settings)

    def load_models() -> None:
        embedder.load()  # needed first
        reader.load()

    if settings.catalog or (settings.home / CATALOG).is_file():
        # the models load while the rest is imported and passages are searched
        Thread(target=load_models).start()
    from rag import Filter, Rag

    rag = Rag(settings, embedder=embedder, reader=reader, once=True)
    where = Filter(sources=sources)
    with rag:
        with show_spinner("searching"):
            answer = rag.ask(question, where=where)
        print_answer(answer, as_json=as_json)
        if sys.stdout.isatty() and not as_json:  # a person reads the answer meanwhile
            with show_spinner("looking for what to ask next"):
                suggested = rag.suggest(answer, where=where)
            print_suggestions(suggested)
    if answer.status == "abstained":
        raise typer.Exit(Exit.ABSTAINED)
