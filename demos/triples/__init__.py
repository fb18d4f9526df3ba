"""The triples tab."""
