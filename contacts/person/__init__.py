"""What the page of a person says: who they are, what may be sent to them, what happened.

parts     what an app says there; settings.PERSON_PAGE names those who do
timeline  what happened, of all parts, the latest first
own       what contacts itself says
notes     what staff write down
data      what is on record of the person, in words
"""
