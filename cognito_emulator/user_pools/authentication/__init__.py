"""The sign-in engine, used by the API and by the pages of a pool's domain.

A flow (`flows`) checks what a sign-in begins with; a policy (`engine.POLICY`) says which challenge comes next;
each challenge (`challenges/`) poses its question and checks the answer. When nothing is left to ask, the engine
issues tokens. To add a challenge, add its module and a line to `engine.CHALLENGES`.
"""
