"""The consent of people who are erased, and of those who come back."""
