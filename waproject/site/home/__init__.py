"""The first page.

page       what the template shows, all together
counts     small counts, in one statement
troubles   what does not work: workers, accounts, templates, imports
campaigns  what is being sent, what stands still, what comes next
matters    what waits for a person, made of these three
today      today's numbers, and the last thirty days
budget     the daily limits of senders, and what messages cost
steps      the first steps in an empty installation
replies    what people wrote last
"""
