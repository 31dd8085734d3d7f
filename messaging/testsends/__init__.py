"""Test sends: a text to one's own number, through the one queue, and counted nowhere."""
