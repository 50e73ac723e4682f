"""One module per challenge: NAME, `pose` (the question), `check` (the answer), `handle` (whose answer it is).

A challenge that follows the first factor also has `is_due`, which the engine's policy asks.
"""
