"""What a message carries besides its text: a place, a quote, an advertisement."""
