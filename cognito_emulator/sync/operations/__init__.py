"""The operations of cognito-sync, one function each, grouped by resource. They never import one another."""
