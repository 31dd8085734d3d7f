"""The page of the inbox, and what is posted from it.

urls        their addresses
views       the page: the list, the conversation that is open, the person
live        what has changed since the page last asked
posting     how something is done from it, and what is said of it
answering   what is written from it
acts        what else is done from it; each calls one operation
navigation  its place
"""
