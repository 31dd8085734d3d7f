"""A local server that speaks enough of Twilio's API that its client cannot tell.

For tests and demonstrations. It listens on the loopback interface, knows one account that
exists nowhere else, never connects to Twilio, and posts webhooks only to this machine or to the
host it was started for; nothing that sends imports it.
"""
