"""What was counted once and for all: finished campaigns and past days.

Lists and reports read these rows, and the log for what is newer. Tasks of the tick write them,
never the way of a message; `check_integrity` holds them against the log.

marks      up to which row a log is counted
days       messages of each day
campaigns  recipients of each campaign that has ended
"""
