"""citespan: question in, answer out, every sentence opening the exact characters it came from.

>>> from rag import ask
>>> print(ask("Which markers identify cancer stem cells?").text)  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.api import ask as ask, stream as stream
    from rag.errors import (
        ChatModelError as ChatModelError,
        CitationError as CitationError,
        DocumentError as DocumentError,
        EmbedderMismatchError as EmbedderMismatchError,
        EmptyLibraryError as EmptyLibraryError,
        LibraryBusyError as LibraryBusyError,
        LibraryError as LibraryError,
        MissingExtraError as MissingExtraError,
        ModelError as ModelError,
        NewerFormatError as NewerFormatError,
        QuestionError as QuestionError,
        RagError as RagError,
    )
    from rag.models.embedder import Embedder as Embedder
    from rag.pipeline import Rag as Rag
    from rag.retrieval.retriever import (
        PassageEmbeddings as PassageEmbeddings,
        PassageRetriever as PassageRetriever,
    )
    from rag.settings import Settings as Settings
    from rag.support.judge import SupportJudge as SupportJudge, judge_support as judge_support
    from rag.support.model_judge import ModelJudge as ModelJudge
    from rag.types import (
        Answer as Answer,
        Citation as Citation,
        Context as Context,
        DocumentInfo as DocumentInfo,
        Filter as Filter,
        History as History,
        Passage as Passage,
        Sentence as Sentence,
        Support as Support,
        TokenUsage as TokenUsage,
        TokenVectors as TokenVectors,
    )

_HOMES = {
    "rag.api": "ask stream",
    "rag.errors": "ChatModelError CitationError DocumentError EmbedderMismatchError "
    "EmptyLibraryError LibraryBusyError LibraryError MissingExtraError ModelError NewerFormatError "
    "QuestionError RagError",
    "rag.models.embedder": "Embedder",
    "rag.pipeline": "Rag",
    "rag.retrieval.retriever": "PassageEmbeddings PassageRetriever",
    "rag.settings": "Settings",
    "rag.support.judge": "SupportJudge judge_support",
    "rag.support.model_judge": "ModelJudge",
    "rag.types": "Answer Citation Context DocumentInfo Filter History Passage Sentence Support "
    "TokenUsage TokenVectors",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = list(_HOME_OF)


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first used, so that the door is light."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
