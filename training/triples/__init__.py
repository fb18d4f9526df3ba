"""Fine-tuning for subject-predicate-object extraction."""
