"""Rows for tests: plain functions that fill in what a test does not care about.

Each gives the smallest valid row; keywords name the columns that matter. Phones and ids count up,
so that any number of rows goes together. Functions in the plural make many rows at once.
"""

from itertools import count

numbers = count(1)
