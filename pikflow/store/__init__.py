"""The database: tables by subject, and functions that read and write them.

Every function takes the connection of an open transaction; only services open one
(`database.Database.read()` and `.write()`). No business rule lives here.
"""
