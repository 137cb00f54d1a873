"""What a database looks like, and what differs between two of them."""
