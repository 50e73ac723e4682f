"""What the emulator reaches outside itself."""
