"""Every page of the admin in a large business: how long each takes, and how large it is.

business   the people of the business, its campaigns that are over and under way, what was said
history    the finished campaigns, whose recipients and messages the database copies
addresses  the pages that there are, found in the admin itself
opening    opens each, and says what it took
"""
