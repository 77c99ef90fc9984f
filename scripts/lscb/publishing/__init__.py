"""What leaves the house: disclosure control, its audit, and earlier publications."""
