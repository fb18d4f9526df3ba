"""Subject-predicate-object extraction."""

# Characters of one text; more would keep others waiting.
MAX_CHARS = 20_000
