"""Apple harvests, and who printed them."""
