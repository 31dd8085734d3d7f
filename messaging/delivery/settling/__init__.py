"""What became of the requests: by the answer, by a later question, or by a status."""
