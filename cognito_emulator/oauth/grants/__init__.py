"""The grants of the token endpoint: each checks what is its own and gives the members of the answer."""
