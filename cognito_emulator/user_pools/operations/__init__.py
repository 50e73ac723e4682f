"""The operations of cognito-idp, one function each, named as boto3 names them, grouped by resource.

The rhythm of each: find → may I → new record → save → tell (trigger, message) → answer.
"""
