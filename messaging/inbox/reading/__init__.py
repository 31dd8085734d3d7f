"""What the page of the inbox shows. Nothing is written here.

shelves    the views of the list, such as the unread, with how many stand in each
filters    what else narrows the list, as the address of the page has it
listing    a page of the list
thread     the messages of the conversation that is open
entries    what stands between the messages: notes, and what happened
answered   what a colleague wrote since a page was shown
fresh      a mark of all that a page shows, to tell whether something changed
talk       the conversation that is open: its window, what keeps an answer from leaving
card       the person beside it
campaigns  what campaigns say of people and messages; they stand a floor above
"""
