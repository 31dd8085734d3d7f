"""What a message asks for: to be written to no more, to be written to again, or neither.

reading     a text -> its words
spelling    words typed wrong
words       the words and phrases that matter -> what the message asks for
patterns    a phrase of the table -> the texts that it stands for
builtin     the phrases that a new installation starts with
vocabulary  the phrases in use
sentences   sentences with the verdict of a fair reader, to measure by
"""
