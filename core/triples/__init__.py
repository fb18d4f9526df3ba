"""Subject-predicate-object extraction."""
