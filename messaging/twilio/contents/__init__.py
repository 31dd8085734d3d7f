"""Templates at Twilio: its Content API, and its types of content."""
