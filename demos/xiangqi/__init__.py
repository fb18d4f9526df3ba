"""The xiangqi tab."""
