"""Similarity of two sentences by optimal transport between their words: WRD and WMD, against cosine."""

# Characters of one sentence; sentences of one search, and their characters in all; sentences of one matrix.
MAX_CHARS = 300
MAX_SENTENCES = 100_000
MAX_TOTAL_CHARS = 3_000_000
MAX_MATRIX = 50
