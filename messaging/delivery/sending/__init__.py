"""One worker's run over one sender: requests leave in their slots."""
