"""Fetching what a stranger's address names, without becoming their tool.

addresses  which machines may be asked: public ones alone
fetching   one file, with limits on its size and time, redirects looked at one by one
"""
