"""The filters of a list, saved under a name.

models      what is saved, and for whom
actions     who may save for everyone
operations  save, rename, delete
erasing     what goes when a person is erased
views       the addresses that the menu posts to
tags        the menu in the bar of a list
"""
