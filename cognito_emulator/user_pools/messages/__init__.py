"""E-mails and text messages: rendered from the pool's templates, kept in the outbox, delivered if asked to."""
