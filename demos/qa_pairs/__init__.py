"""The tab of question-answer pairs."""
