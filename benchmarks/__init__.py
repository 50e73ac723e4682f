"""How fast the emulator is, side by side with others, in one run: `python -m benchmarks` (or `make bench`).

`peers` installs and starts the servers, `world` fills them, `load` asks them, `served` has the scenarios over HTTP,
`in_process` those without a server, `floor` what is possible at all, `growth` how cost grows. `report` writes the
generated part of README.md. Every peer gets the same requests from the same generator.
"""
