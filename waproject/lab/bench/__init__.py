"""`make bench`: how fast the system works, as ratios that are measured within one run.

A kind of work is a function that takes a `Bench` and returns the `Line`s of its table, one for each
ratio. To add one:

1. Write what is measured as plain functions of a module here: each takes JSON-ready keywords and
   returns something JSON-ready. `bench.apart(function, url, ...)` calls it in a process of its
   own, on the database at `url`; `with bench.new_database() as url` makes a new, migrated one. So
   neither the memory nor the tables of one measurement weigh on another.
2. Write the kind itself in the same module. It measures both sides of each ratio in turns,
   `bench.rounds` times, and judges the best of each side: what slows a machine for a moment must
   not decide.
3. Name it in `waproject/lab/bench/kinds.py`. Its name there is the word of `--only`.
"""
