"""citespan: question in, answer out, every sentence opening the exact characters it came from.

>>> from citespan import ask, ingest
>>> ingest("papers")  # doctest: +SKIP
>>> print(ask("Which markers identify cancer stem cells?").text)  # doctest: +SKIP

The public names of the packages ``rag``, ``ingest`` and ``eval``, each imported when it is first
used.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval import (
        Case as Case,
        Report as Report,
        evaluate as evaluate,
        load_cases as load_cases,
        load_set as load_set,
        score as score,
        seed_cases as seed_cases,
    )
    from ingest import (
        IngestReport as IngestReport,
        Plan as Plan,
        add_bytes as add_bytes,
        add_collection as add_collection,
        add_documents as add_documents,
        add_texts as add_texts,
        delete as delete,
        ingest as ingest,
        plan as plan,
        remove as remove,
        remove_all as remove_all,
    )
    from rag import (
        Answer as Answer,
        ChatModelError as ChatModelError,
        Citation as Citation,
        CitationError as CitationError,
        Context as Context,
        DocumentError as DocumentError,
        DocumentInfo as DocumentInfo,
        Embedder as Embedder,
        EmbedderMismatchError as EmbedderMismatchError,
        EmptyLibraryError as EmptyLibraryError,
        Filter as Filter,
        History as History,
        LibraryBusyError as LibraryBusyError,
        LibraryError as LibraryError,
        MissingExtraError as MissingExtraError,
        ModelError as ModelError,
        ModelJudge as ModelJudge,
        NewerFormatError as NewerFormatError,
        Passage as Passage,
        PassageEmbeddings as PassageEmbeddings,
        PassageRetriever as PassageRetriever,
        QuestionError as QuestionError,
        Rag as Rag,
        RagError as RagError,
        Sentence as Sentence,
        Settings as Settings,
        Support as Support,
        SupportJudge as SupportJudge,
        TokenUsage as TokenUsage,
        TokenVectors as TokenVectors,
        ask as ask,
        judge_support as judge_support,
        stream as stream,
    )

_HOMES = {
    "eval": "Case Report evaluate load_cases load_set score seed_cases",
    "ingest": "IngestReport Plan add_bytes add_collection add_documents add_texts delete ingest "
    "plan remove remove_all",
    "rag": "Answer ChatModelError Citation CitationError Context DocumentError DocumentInfo "
    "Embedder EmbedderMismatchError EmptyLibraryError Filter History LibraryBusyError "
    "LibraryError MissingExtraError ModelError ModelJudge NewerFormatError Passage "
    "PassageEmbeddings PassageRetriever QuestionError Rag RagError Sentence Settings Support "
    "SupportJudge TokenUsage TokenVectors ask judge_support stream",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
_PACKAGES = ("rag", "ingest", "eval", "ui", "seeds")
_ROOT = Path(__file__).resolve().parents[1]
"""Of this distribution's packages."""

__all__ = list(_HOME_OF)


def __getattr__(name: str) -> Any:
    """Import a public name from its package when it is first used, so that the door is light."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'citespan' has no attribute {name!r}")
    home = import_module(_HOME_OF[name])
    if not _is_ours(home.__file__):
        raise ImportError(
            f"citespan's package {home.__name__!r} is hidden by {home.__file__ or home.__path__}; "
            "rename that one, or start Python where it is not on the path"
        )
    return getattr(home, name)


def __dir__() -> list[str]:
    return list(__all__)


def main() -> None:
    """Run the command line, also where the path begins with a folder that has such packages."""
    first = [place for place in sys.path if _hides_ours(place)]
    if first:
        sys.path[:] = [str(_ROOT), *(place for place in sys.path if place not in first), *first]
        kept = os.environ.get("PYTHONPATH", "")  # for the processes that read documents
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), kept]))
    import_module("ui.cli.main").main()


def _hides_ours(place: str) -> bool:
    """Whether a place on the path has a package or a module with the name of one of ours."""
    folder = Path(place).resolve()
    if folder == _ROOT:
        return False
    return any((folder / name).is_dir() or (folder / f"{name}.py").is_file() for name in _PACKAGES)


def _is_ours(file: str | None) -> bool:
    return file is not None and Path(file).resolve().is_relative_to(_ROOT)
