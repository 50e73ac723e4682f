"""The conformance suite: what AWS answered, replayed against any endpoint.

It owns the reading of recordings and cases, the state that they need beforehand, and the comparison of answers.
It knows an endpoint by its wire only (plus, where there is one, the control API for codes and time), so that it
runs against this emulator, another one, or AWS.

    recording or case ─► preconditions ─► call ─► compare ─► result ─► matrix, or one test each

Data (recordings, cases, known gaps) is in `conformance/` of the repository, and in `data/` of an installed package.
"""
