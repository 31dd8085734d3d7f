"""What people may ask of the business about the data that it holds of them.

models: the memory of erased opt-outs, as keyed hashes. hashes: writes and asks it.
subjects: one person, as each app looks for its rows of them. erasing: takes all of it away.
disclosure: the file of all that is held of a person. personal_documents: what the jobs of such
documents share. pages, commands: how staff ask for a document, and for an erasure. Each app above
has a `privacy` of its own for its rows.
"""
