"""From a file of contacts to contacts, vehicles and tags.

files       a file -> a table of texts
columns     header -> which column holds what (titles)
rows        one line of cells -> a checked row, or the reason why not
bulk        chunks of rows -> the database, and what became of each row (people, storing)
operations  a stored file as a long job (rejections: the files of the rows not taken)
preview     what an import would do with a file, for a page
mending     rows as a person corrected them on that page
uploads     files between the preview and its confirmation
sample      a file to begin with
"""
