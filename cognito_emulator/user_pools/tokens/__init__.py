"""ID, access and refresh tokens: made, checked, refreshed and revoked here, for the API and the pool's domain."""
