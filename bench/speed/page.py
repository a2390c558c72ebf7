"""How long a person waits: for the page to be usable, and after Enter for the first words.

    python -m bench.speed.page [--times 10]

The server is warm: it has answered before, the browser's cache is empty at each load. Both are
seen from the browser: usable is when the question box takes a question, first words is when the
first sentence of the answer stands on the screen (its frame is drawn).
"""

import argparse
import statistics

from bench.machine import describe_machine
from bench.speed.chromium import open_browser, serve_seeds

QUESTIONS = (
    "Which markers help identify cancer stem cells?",
    "What are neonatal stem cells derived from?",
    "Which signaling pathways regulate cancer stem cells?",
)
# Resolves with the milliseconds from Enter to the frame after the first sentence.
_FIRST_WORDS = """async question => {
  const box = document.querySelector("#cs-question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const before = document.querySelectorAll(".cs-words").length;
  await new Promise(done => setTimeout(done, 50));
  const start = performance.now();
  const told = new Promise(found => {
    const watcher = new MutationObserver(() => {
      const words = document.querySelectorAll(".cs-words, .cs-nearest").length;
      if (words <= before) return;
      watcher.disconnect();
      requestAnimationFrame(() => found(performance.now() - start));
    });
    watcher.observe(document.body, { childList: true, subtree: true });
  });
  document.querySelector("#cs-question .submit-button").click();
  return told;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    with serve_seeds() as (address, _), open_browser() as chromium:
        loads, words = [], []
        for turn in range(times + 1):
            context = chromium.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.goto(address, wait_until="commit")
            page.wait_for_selector("#cs-question .submit-button")
            loaded = page.evaluate("performance.now()") / 1000
            page.wait_for_timeout(1000)
            waited = []
            for question in QUESTIONS:
                waited.append(page.evaluate(_FIRST_WORDS, question) / 1000)
                page.wait_for_selector("#cs-question .submit-button")
            if turn:  # the first one warms the server
                loads.append(loaded)
                words.extend(waited)
            context.close()
    print(describe_machine())
    for name, seconds in (("page usable", loads), ("first words", words)):
        ordered = sorted(seconds)
        print(
            f"{name:<12} n={len(ordered):<3} median {statistics.median(ordered):.3f} s  "
            f"p95 {ordered[int(0.95 * (len(ordered) - 1))]:.3f} s  worst {ordered[-1]:.3f} s"
        )


if __name__ == "__main__":
    main()
