"""Which deliveries leave next, and making them one worker's: what `runner` takes and gives back."""
