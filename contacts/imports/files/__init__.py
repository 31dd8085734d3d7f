"""From a file to its header and the lines of cells under it.

process         reads a file in a process of its own, with limits of memory and time
child           what that process runs
reading         bytes -> table: delimiter, lines, limits
kinds           other formats, each refused with what to do instead
encodings       bytes -> text
workbooks       .xlsx -> lines of cells
number_formats  what a cell of a workbook shows
records         what all of these give
"""
