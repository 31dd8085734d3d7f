"""How the lists of the admin are drawn: columns of numbers, cells that say what they are.

cells      a table as Django made it, with what a narrow screen and a reader of numbers need
leftovers  what narrows a list without being one of its filters
tags       the template tags by which the pages draw it
"""
