"""From the cells of one line to a checked row.

cells       a cell on one line, empty where it says that nothing is there
values      a cell -> what a field stores, or the reason why not
full_names  one name of several columns
rules       the cells of a line -> the row
"""
