"""Messages that came while the database was away: kept on disk, taken in later, and answered.

door -> taking_in -> folder
"""
