"""From a file of contacts to contacts, vehicles and tags.

process    a file -> a table, read by a process with limits of its own (child)
reading    bytes -> table: delimiter, lines, limits (kinds, encodings, workbooks)
columns    header -> which column holds what
rows       one line of cells -> a checked row, or the reason why not
bulk       chunks of rows -> the database, and what became of each row
operations a stored file as a long job
resource   what import-export asks for its preview
"""
