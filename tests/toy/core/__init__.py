"""A task as somebody adds it: text turned round."""
