"""A stand-in for Amazon SES (API v2) on this machine: for trying, for tests, for measuring.

It asks of a request what SES asks, counts what SES counts, answers errors that boto3 reads as
SES's own, and tells of every mail in the events that SES would publish. It delivers nothing.
"""
