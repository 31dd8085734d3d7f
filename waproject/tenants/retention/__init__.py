"""How long a business keeps what, and the nightly work that takes away what is older.

periods: for how long, as a business chose or by default. sweeps: one sort of rows each, as the
apps register them in settings.RETENTION_SWEEPS. running: one run after the other, a long job that
goes on where it was ended. tasks: when a run is due.
"""
