"""From a list of the admin to a file that its readers take along.

rows       a title line and rows, read from the database by chunks
people     contacts with their vehicles as rows
lists      any other list as rows, in the columns that the reader chose
files      rows -> CSV or XLSX
models     an export that runs in the background, and its file
operations start, run, forget one
sources    what can be exported in the background, and by whom
"""
