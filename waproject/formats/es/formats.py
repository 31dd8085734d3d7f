"""Dates and numbers as Chile writes them: 31-12-2026 18:30, 8.500.000,50.

What is not said here is as in Django's own Spanish.
"""

DATETIME_FORMAT = "d-m-Y H:i"
SHORT_DATE_FORMAT = "d-m-Y"
SHORT_DATETIME_FORMAT = "d-m-Y H:i"
THOUSAND_SEPARATOR = "."

# The first of each is what a form shows.
DATE_INPUT_FORMATS = ["%d-%m-%Y", "%d/%m/%Y", "%d-%m-%y", "%d/%m/%y"]
DATETIME_INPUT_FORMATS = [
    f"{day} {time}" for time in ("%H:%M:%S", "%H:%M") for day in DATE_INPUT_FORMATS
]
