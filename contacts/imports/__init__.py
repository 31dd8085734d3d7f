"""From a file of contacts to contacts, vehicles and tags.

reading    bytes -> table: encoding, delimiter, sheets, lines
columns    header -> which column holds what
rows       one line of cells -> a checked row, or the reason why not
bulk       chunks of rows -> the database, and what became of each row
operations a stored file as a background job
resource   the same, as import-export's preview and confirm
"""
