"""Everything that knows Twilio; the only package that imports its library."""
