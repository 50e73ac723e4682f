"""Door 1: bytes. Finds out which part of the emulator a request is for, and writes the answer.

`app` is the way of a request from first to last; `doors` tells by host and path who answers; `server` runs the
application on a production WSGI server.
"""
