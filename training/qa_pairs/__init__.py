"""Training the question generator and the reader."""
