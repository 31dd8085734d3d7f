"""Logging in: password, second factor, links to a new password, and the sessions that follow.

django-allauth does it; here is what is the project's own about it. Wrong passwords are counted by
django-axes (waproject.site.logins).
"""
