"""A report in which every text that can be somebody else's is markup."""

from __future__ import annotations

from eval import Case, Quote, Report, evaluate

EVIL = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>'


def hostile() -> Report:
    """A report in which everything that can be foreign text is markup."""
    cases = [
        Case(
            f"{EVIL}{n}",
            f"{EVIL} question {n}",
            answerable=True,
            facts=((f"fact {EVIL}",),),
            quotes=(Quote(EVIL, EVIL),),
            kind=EVIL,
            history=((EVIL, EVIL),),
        )
        for n in range(25)
    ]
    row = {
        "response": f"{EVIL} answer [1]",
        "retrieved_contexts": [{"text": f"before {EVIL} after", "source": EVIL}],
        "confidence": 0.5,
    }
    return evaluate(lambda question: row, cases, name=EVIL)
