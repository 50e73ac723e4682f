"""Threat protection: what pools of the PLUS tier do about sign-ins and passwords that look wrong.

`configuration` knows what a pool or client wants done, `evaluation` judges an attempt by rules (or as a test told it
to), `compromised` knows bad passwords, `events` keeps each user's history, `notification` writes to users. The
sign-in engine and the other operations meet all this in `protection` alone.

A pool with AdvancedSecurityMode OFF has none of it: nothing is judged and nothing recorded. AUDIT judges and records;
only ENFORCED acts.
"""
