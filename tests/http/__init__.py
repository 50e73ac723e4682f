"""The HTTP side: the server and its command."""
