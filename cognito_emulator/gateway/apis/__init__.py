"""What API Gateway does: the authorizers of its two kinds of API, their answers, and what the app learns."""
