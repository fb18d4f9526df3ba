"""The pre-trained character encoder that the tasks share, and its tokenizer."""
