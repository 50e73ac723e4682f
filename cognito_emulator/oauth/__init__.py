"""The domain of a user pool: OAuth 2.0 and OpenID Connect endpoints, sign-in pages, branding, federation.

A request comes in by host (`<prefix>.auth.<region>.amazoncognito.com`, `….localhost`, a custom domain) or by path
on the plain endpoint host (`site.py` finds the pool). `routes.py` names who answers. `endpoints/` are what apps call,
each a function of a `Visit` with its checks as a tuple; `grants/` supply what is a grant's own; `pages/` are what
people see: thin forms over the sign-in engine and the sign-up functions of `user_pools`, which alone decide what
follows. Errors are redirects, JSON or pages (`errors.py`). `federation/` is for external identity providers.

Not here: who may sign in, what tokens say, which scopes and domains there are (`user_pools`).
"""
