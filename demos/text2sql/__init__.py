"""The text-to-SQL tab."""
