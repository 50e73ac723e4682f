"""What a load balancer does to sign users in: the redirects, the session, and what the app learns."""
