"""Real client libraries, each driven against a live emulator the way an application uses it."""
