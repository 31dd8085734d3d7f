"""Two contacts that are one person become one.

operations  the merge itself
preview     what a merge would do, for the person who has to decide
"""

from contacts.merging.operations import CannotMerge, Merge, Merger, give_key, merge, pairs

__all__ = ["CannotMerge", "Merge", "Merger", "give_key", "merge", "pairs"]
