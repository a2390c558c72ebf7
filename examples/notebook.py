"""A session with one's own documents, cell by cell; editors run each ``# %%`` like a notebook's."""

# %% A library of its own, in a folder that goes away
from pathlib import Path
from tempfile import TemporaryDirectory

from citespan import Filter, Rag, Settings, ingest

folder = TemporaryDirectory(ignore_cleanup_errors=True)
settings = Settings(home=Path(folder.name))
report = ingest(["seeds"], settings)
print(f"{len(report.added)} documents, {report.chunks} chunks")

# %% A question, and what each sentence of the answer rests on
bot = Rag(settings)
answer = bot.ask("Which markers help identify cancer stem cells?")
for sentence in answer.sentences:
    print(f"{sentence.support.verdict}: {sentence.text}")

# %% The characters behind the first citation, and what stands before them
first = answer.citations[0]
text = bot.source_text(first)
print("…" + text[first.start - 80 : first.start] + "»" + first.quote + "«")

# %% A follow-up says what was searched for
follow_up = bot.ask("Where are they found?", history=[(answer.question, answer.text)])
print(follow_up.standalone_question)

# %% One document alone, and what was retrieved from it
only = Filter(documents=(first.document_id,))
for passage in bot.search("biomarkers", limit=3, where=only):
    print(f"{passage.score:.2f}  {passage.text[:60]!r}")

# %% A question that the documents do not answer
print(bot.ask("Who won the football world cup in 1990?").status)

# %% The end
bot.close()
folder.cleanup()
