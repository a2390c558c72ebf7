"""The three uses of an installed citespan, tried from a folder that is not the source tree.

    make wheel

runs this with the Python of an environment that holds the wheel, what it needs, and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import urllib.request
from pathlib import Path

from eval.cases.case import SEEDS

COMMAND = Path(sys.executable).with_name("citespan")
QUESTION = "Which markers help identify cancer stem cells?"
FUNCTION = """
from ingest import ingest
from rag import Rag, ask
report = ingest(["papers"])
assert len(report.unchanged) == 2, report
answer = ask({question!r})
assert answer.status == "answered", answer
bot = Rag()
for citation in answer.citations:
    assert bot.source_text(citation)[citation.start : citation.end] == citation.quote
print(answer.text)
"""


def main() -> None:
    """Stop at the first use that fails."""
    assert SEEDS.is_relative_to(sysconfig.get_path("purelib")), f"{SEEDS} is no installed folder"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["CITESPAN_HOME"] = f"{folder}/home"
        os.environ["CITESPAN_MODEL_CACHE"] = f"{folder}/models"
        shutil.copytree(SEEDS, "papers")
        print(run("ingest", "papers"))
        print(run("ask", QUESTION))
        function()
        chat()
        print(run("eval", "--fail-under", "exact_spans=1"))
    print("installed, and used: the command line, a function, the chat, the evaluation")


def run(*arguments: str) -> str:
    """What the command prints."""
    done = subprocess.run([COMMAND, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def function() -> None:
    """The Python function, in a process of its own."""
    code = FUNCTION.format(question=QUESTION)
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def chat() -> None:
    """The page, and one question by OpenAI's protocol."""
    command = [COMMAND, "chat", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = next(
                found.group() for line in server.stdout if (found := re.search(r"http://\S+", line))
            ).rstrip("/")
            with urllib.request.urlopen(address) as page:
                assert page.status == 200
                assert b"citespan" in page.read()
            asked = {"model": "citespan", "messages": [{"role": "user", "content": QUESTION}]}
            request = urllib.request.Request(
                f"{address}/v1/chat/completions",
                json.dumps(asked).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request) as reply:
                said = json.load(reply)["choices"][0]["message"]["content"]
            assert "[1]" in said, said
            print(f"{address}: {said}")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
