"""What the fault harness can put a system through, a module each."""
