"""Renders a report as JUnit XML, which CI systems show: a test for each case and each threshold."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.reports.figures import Figures

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, not even as references."""


def render_junit(report: Figures, failures: Sequence[str] = ()) -> str:
    """Render the report as XML, without times, so that equal runs give equal bytes.

    A case that is not right is a ``failure``; a case on which the bot failed is an ``error``; one
    of which nothing says whether it is right is ``skipped``.

    :param failures: a sentence for each threshold that was not met.
    """
    results = report.results
    wrong = sum(result.right is False and not result.trial.failed for result in results)
    suites = Element("testsuites")
    cases = _add_suite(suites, report.cases or "cases", len(results), wrong, report.failed)
    for result in results:
        case = result.trial.case
        test = SubElement(cases, "testcase", classname=_text(case.kind), name=_text(case.id))
        if result.right is None:
            SubElement(test, "skipped", message="nothing says whether it is right")
        if result.right is False:
            tag = "error" if result.trial.failed else "failure"
            problem = SubElement(test, tag, message=_text(result.verdict))
            problem.text = _text(f"{case.question}\n\n{result.trial.outcome.text}")
    gates = _add_suite(suites, "thresholds", max(1, len(failures)), len(failures), 0)
    for sentence in failures:
        test = SubElement(gates, "testcase", classname="thresholds", name=_text(sentence[:80]))
        SubElement(test, "failure", message=_text(sentence))
    if not failures:
        SubElement(gates, "testcase", classname="thresholds", name="all thresholds are met")
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _add_suite(suites: Element, name: str, tests: int, failures: int, errors: int) -> Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    return SubElement(suites, "testsuite", {"name": _text(name)} | counts)


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
