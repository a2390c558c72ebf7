"""Score a LangChain application that knows nothing of citespan.

The chain returns LangChain's own keys, ``input``, ``context`` and ``answer``. Put your chain in the
place of this one: words in common stand for its embedding model, and the best passage's first
sentence for its chat model, so that the example runs without either.
"""

import json
import re
from operator import itemgetter
from pathlib import Path
from tempfile import mkdtemp

from langchain_core.documents import Document
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from eval import evaluate, seed_cases

PARAGRAPHS = [
    Document(paragraph.strip(), metadata={"source": file.name})
    for file in sorted(Path("seeds").glob("*.txt"))
    for paragraph in file.read_text(encoding="utf-8").split("\n\n")
    if paragraph.strip()
]
PROMPT = ChatPromptTemplate.from_template("Answer from:\n{context}\n\nQuestion: {input}")


def retrieve(question: str) -> list[Document]:
    """Find the four paragraphs that share most words with the question."""
    words = set(re.findall(r"\w{4,}", question.lower()))
    shared = [len(words & set(re.findall(r"\w+", p.page_content.lower()))) for p in PARAGRAPHS]
    return [PARAGRAPHS[i] for i in sorted(range(len(shared)), key=lambda i: -shared[i])[:4]]


def complete(prompt: PromptValue) -> str:
    """Answer as a chat model would: with a sentence of the context, or with a refusal."""
    found = re.search(r"page_content=['\"]([^.]+\.)", prompt.to_string())
    return found[1] if found else "I'm sorry, but I don't have enough information to answer that."


chain: Runnable[dict[str, str], dict[str, object]] = RunnablePassthrough.assign(
    context=itemgetter("input") | RunnableLambda(retrieve)
).assign(answer=PROMPT | RunnableLambda(complete))

cases = [case for case in seed_cases() if not case.history and not case.without][:12]
report = evaluate(chain, cases, name="a LangChain application", max_workers=2)
print(report)

# The same from stored outputs, of a system in any language:
#     citespan eval cases.jsonl --outputs run.jsonl
folder = Path(mkdtemp())
outputs, asked = folder / "run.jsonl", folder / "cases.jsonl"
asked.write_text("\n".join(json.dumps(case.as_row()) for case in cases), encoding="utf-8")
rows = [
    {
        "id": trial.case.id,
        "input": trial.case.question,
        "answer": trial.outcome.text,
        "context": [passage.text for passage in trial.outcome.passages],
    }
    for trial in report.trials
]
outputs.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
