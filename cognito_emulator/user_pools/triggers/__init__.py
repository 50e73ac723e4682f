"""Lambda triggers of user pools.

`invoke` asks the function that a pool names and looks at the shape of its answer; `events` writes the part of an
event that all have in common; one module per family says what its event tells, and what of the answer counts. The
domain decides when a trigger runs: outside every transaction, because functions call back into the same pool.
"""
