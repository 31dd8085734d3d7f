"""Files of staff that go out with an answer.

limits     what a channel takes, and what it is told as a caption
attaching  one file: looked at, kept, and given an address
answering  the answer: the messages that it becomes
"""
