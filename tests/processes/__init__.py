"""Emulators that share a store: several servers at a time, or one after another."""
