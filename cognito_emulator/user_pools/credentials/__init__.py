"""What users prove who they are with: passwords and codes, and the limits on trying them."""
