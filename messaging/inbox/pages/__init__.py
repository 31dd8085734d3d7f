"""The page of the inbox, and what is posted from it.

urls        their addresses
views       the page: the list, the conversation that is open, the person
live        what has changed since the page last asked
acts        what is done from it; each calls one operation
navigation  its place
"""
