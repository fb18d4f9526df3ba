"""The words of a Markdown file."""

from __future__ import annotations

import re

# By the end of a file's name.
MARKDOWN = (".md", ".markdown")
# What Markdown writes around the words; the bounds keep a long line of brackets from taking time squared.
_MARKDOWN = (
    (re.compile(r"!?\[([^\]\n]{0,300})\]\([^)\n]{0,300}\)"), r"\1"),
    (re.compile(r"(?m)^ {0,3}(?:#{1,6} +|> ?|[-*+] +|```.*$)"), ""),
    (re.compile(r"(\*\*|__|`)([^\n]{1,300}?)\1"), r"\2"),
)


def strip_markdown(text: str) -> str:
    """The words of Markdown without its marks for headings, quotes, lists, links and emphasis."""
    for pattern, kept in _MARKDOWN:
        text = pattern.sub(kept, text)
    return text
