"""Made questions: tables, ways of asking and the canonical SQL of each, for training a Text-to-SQL model."""
