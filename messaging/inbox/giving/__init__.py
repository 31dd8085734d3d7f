"""Who gets a conversation by the rules of the inbox.

rules    the choice: by a tag of the person, else in turn
leaving  what becomes of the conversations of who cannot answer any more
"""
