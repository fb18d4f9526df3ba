"""The similarity tab."""
