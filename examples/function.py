"""The shortest program: documents in, a cited answer out. Run it from the project's folder.

python examples/function.py
"""

from citespan import ask, ingest

ingest(["seeds"])
answer = ask("Which markers help identify cancer stem cells?")
print(answer.text)
for citation in answer.citations:
    print(f"[{citation.number}] {citation.source}, characters {citation.start}–{citation.end}")
