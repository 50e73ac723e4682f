"""What apps call: one function of a `Visit` each."""
