"""How long people wait for staff.

rounds   when each round began, was answered first and was resolved: kept at that moment
clock    the open hours of the business, counted between moments
targets  within which time an answer and a resolution are due, and since when one is late
figures  medians, percentiles and the share in time of many rounds, for reports
"""
