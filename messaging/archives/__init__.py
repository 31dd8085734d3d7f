"""Conversations written to a file: to read, to hand over, and to be restored.

models: what is kept of each archive. content: all that was said, as plain data; writing puts it
into JSON, HTML, PDF or text. making: the job that does both. restoring: from the JSON back into the
tables. keeping: when archives go, and the night's archives of conversations that ended.
"""
