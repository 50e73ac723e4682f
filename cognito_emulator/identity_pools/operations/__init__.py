"""One function per operation of cognito-identity, named as boto3 names it, grouped by resource.

These modules never import one another: what two of them need is in the domain below.
"""
