"""External identity providers of a user pool, and the users who come from them.

`records` says what is kept, `details` checks and completes what a provider is made with, `providers` finds providers,
`identities` links identities to users, `users` makes and updates users at a federated sign-in, `certificates` holds
the keys of SAML. How a browser gets to a provider and back is the business of `oauth.federation`.
"""
