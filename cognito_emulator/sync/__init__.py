"""Amazon Cognito Sync (cognito-sync): data of identities, kept the same on all their devices.

`operations/` has one short function per API operation, grouped by resource. Below them: `access` (who may do what, to
whose data), `merge` (patches against what is stored: counts, conflicts, limits), `sessions` (tokens of sync sessions),
`inheritance` (datasets of identities that were merged), `sync_trigger` (the pool's Lambda function), `streams` and
`push` (what a change tells others). `repository` finds and keeps records, `records` says what they are, `errors` has
every text.
"""
