"""What happens by itself when somebody writes: the inbound handlers of the inbox.

reopening  the entry where a message opens a resolved conversation
assigning  who gets a conversation that nobody has
away       the answer while the business is closed
"""
