"""From a list of the admin, or a report, to a file that its readers take along.

rows         a title line and rows, read from the database by chunks
spreadsheets cells that no spreadsheet program takes for a formula
files        rows -> CSV or XLSX
lists        a list of any app as rows, in the columns that the reader chose
sources      what can be exported in the background, and by whom (settings.EXPORT_SOURCES)
work         the long work that writes a file
"""
