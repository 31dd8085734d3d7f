"""People who write by themselves, over time, and go on talking when somebody answers them."""
