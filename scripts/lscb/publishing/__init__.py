"""What is published: disclosure control, its audit, and earlier publications."""
