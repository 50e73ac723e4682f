"""What a pool knows about attributes, aliases and filters: rules over plain values, no store."""
