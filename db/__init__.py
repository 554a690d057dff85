"""What we remember: `tables` are the rows, `store` every sentence said to the database, by name.

Values of `digest.model` go in and come out; rows never leave this room.
"""
