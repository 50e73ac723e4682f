"""The pages of a domain: thin forms over the sign-in engine and the sign-up functions of `user_pools`.

`door` is how every page is entered (checks of the URL, CSRF), `state` what is remembered between two requests,
`render` how a template becomes an answer. Each form answers with a redirect, so that reloading never sends it again.
Field names, ids and URLs of the classic pages are kept, because people's tests know them; managed login has the same
names on pages that go step by step.
"""
