"""One module per challenge: NAME, `pose` (the question), `check` (the answer), `handle` (whose answer it is).

What follows the first factor is named by functions that the engine's policy asks.
"""
