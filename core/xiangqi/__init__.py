"""Chinese chess: rules, notation, and a GPT that plays by the next move it expects."""

# Plies of one game, in the interface and on the command line.
MAX_PLIES = 600
