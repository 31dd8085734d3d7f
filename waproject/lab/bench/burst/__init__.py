"""A burst of messages from people: more each second than anybody has time to answer at once."""
