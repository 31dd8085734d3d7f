"""The recipients of campaigns in the admin.

pages    their list, the page of one, their export
history  the moves of one
talks    the way to the conversation of each
"""

from campaigns.admin.recipients.pages import RecipientAdmin

__all__ = ["RecipientAdmin"]
