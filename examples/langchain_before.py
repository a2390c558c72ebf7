"""A usual program that answers questions about documents, with LangChain alone.

    export OPENAI_API_KEY=…
    .venv/bin/python examples/langchain_before.py seeds "Which markers identify CSCs?"

langchain_after.py is the same over citespan.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from langchain.chat_models import init_chat_model
from langchain.embeddings import init_embeddings
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore

PROMPT = ChatPromptTemplate.from_messages(
    [
        ("system", "Answer from this context alone; say so if it does not answer.\n\n{context}"),
        ("human", "{input}"),
    ]
)
LONGEST = 600
"""Characters of a piece."""


def load(folder: str) -> list[Document]:
    """Load the texts of a folder."""
    files = sorted(Path(folder).glob("*.txt"))
    return [Document(file.read_text("utf-8"), metadata={"source": file.name}) for file in files]


def split(documents: list[Document]) -> list[Document]:
    """Split texts into pieces of whole paragraphs."""
    pieces: list[Document] = []
    for document in documents:
        for paragraph in document.page_content.split("\n\n"):
            last = pieces[-1] if pieces and pieces[-1].metadata == document.metadata else None
            if last and len(last.page_content) + len(paragraph) < LONGEST:
                last.page_content += f"\n\n{paragraph}"
            else:
                pieces.append(Document(paragraph, metadata=document.metadata))
    return pieces


def make_chain(documents: list[Document], model: Any, embeddings: Any) -> Any:
    """Make what answers ``{"input": question}``."""
    store = InMemoryVectorStore(embeddings)
    store.add_documents(split(documents))
    context = (lambda given: given["input"]) | store.as_retriever(search_kwargs={"k": 4})
    answer = PROMPT | model | StrOutputParser()
    return RunnablePassthrough.assign(context=context).assign(answer=answer).pick("answer")


if __name__ == "__main__":
    chosen = (
        init_chat_model("openai:gpt-4.1-mini"),
        init_embeddings("openai:text-embedding-3-small"),
    )
    chain = make_chain(load(sys.argv[1]), *chosen)
    print(chain.invoke({"input": sys.argv[2]}))
