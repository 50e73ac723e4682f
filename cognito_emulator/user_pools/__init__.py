"""Amazon Cognito user pools (cognito-idp).

`operations/` has one short function per API operation, grouped by resource. They ask the domain below them:
`schema` (attributes, aliases, filters), `credentials` (passwords, codes), `authentication` (the sign-in engine),
`tokens`, `messages`. `repository` finds and keeps records, `records` says what they are, `errors` has every text.
"""
