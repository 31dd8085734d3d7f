"""The files of people: what they send, and what is sent to them.

models, states: what is kept of each file. arriving (a package): an inbound message says that it has
files, and a job brings them. storing puts them away, after reading (a package) has looked at what
they are. showing: what a conversation shows of them. admin: their pages, and the one door through
which they go out. keeping: when they go again.
"""
