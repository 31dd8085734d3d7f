"""What is in a file that a person sent, for the conversation that shows it.

pictures  the small picture that a conversation shows
cards     the people of a contact card
"""
