"""The inbox: where staff answer people.

models     notes and events, outcomes, next steps, who is there
operations what staff do with a conversation beside answering
arriving   what happens by itself when somebody writes
giving     who gets a conversation by the rules
presence   who looks at a conversation, and who writes
templates  writing by a template
drafts     what was begun to be written
privacy    when what was written goes, and the person's own copy of it
reading    what its page shows: the list, the conversation, the person
pages      the page, and what is posted from it
"""
