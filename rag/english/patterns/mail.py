"""How mail programs introduce the message that is answered or forwarded."""

import re

ATTRIBUTION = re.compile(r"On\b.{6,300}\bwrote:")
"""The whole of the line, or of the lines joined, before a quoted message."""
SEPARATOR = re.compile(
    r"(?:[-_*]{2,}\s*(?:original (?:message|appointment)"
    r"|forwarded (?:message|by\b.{0,80}))\s*[-_*]{2,}"
    r"|begin forwarded message:)",
    re.I,
)
SENDER = re.compile(r"\*?From:\*?\s*\S")
"""The first line of the headers of an earlier message in a mail's text."""
OTHER_HEADER = re.compile(r"\*?(?:Sent|Date|To|Cc|Subject):\*?\s")
EARLIER_MESSAGES = "Earlier messages"
"""The heading over what a mail quotes."""
