"""Question-answer pairs of a passage: answers found, questions generated, and every pair read back (学会提问的BERT).

Posts: https://kexue.fm/archives/7630 (asking); /5409, /7115 and /7148 (reading).
"""

# Limits on what a user may send.
MAX_CHARS = 5_000
MAX_QUESTION_CHARS = 200
MAX_PAIRS = 20
MAX_BEAMS = 16

# What is asked for: facts (names, numbers, dates), or clauses that say why, how or what, and lists; or both in turn.
FACTS, UNDERSTANDING, BOTH = "facts", "understanding", "both"
MIXES = (BOTH, FACTS, UNDERSTANDING)

# Pairs wanted, share of the probability that answers are drawn from, beams of the search for a question.
DEFAULT_PAIRS, DEFAULT_TOP_P, DEFAULT_BEAMS = 6, 0.9, 10
