"""The program of langchain_before.py over citespan: cited, checked, and kept between runs.

    export OPENAI_API_KEY=…
    .venv/bin/python examples/langchain_after.py seeds "Which markers identify CSCs?"

Four lines differ; what is no longer needed is gone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from langchain.chat_models import init_chat_model
from langchain.embeddings import init_embeddings
from langchain_core.documents import Document

from citespan import Rag


def load(folder: str) -> list[Document]:
    """Load the texts of a folder."""
    files = sorted(Path(folder).glob("*.txt"))
    return [Document(file.read_text("utf-8"), metadata={"source": file.name}) for file in files]


def make_chain(documents: list[Document], model: Any, embeddings: Any) -> Any:
    """Make what answers ``{"input": question}``."""
    store = Rag(chat_model=model, embeddings=embeddings)
    store.add_documents(documents)
    return store.as_runnable()


if __name__ == "__main__":
    chosen = (
        init_chat_model("openai:gpt-4.1-mini"),
        init_embeddings("openai:text-embedding-3-small"),
    )
    chain = make_chain(load(sys.argv[1]), *chosen)
    print(chain.invoke({"input": sys.argv[2]}))
