"""Businesses beside each other: crowd makes a large one, neighbours measures a small one."""
