"""Texts of the packages that show on our pages, and that read badly or in English there.

Nothing calls them from here: being marked, they are collected into our catalogue, which goes
before the packages' own. One module for each package; those of Django are four.
"""
