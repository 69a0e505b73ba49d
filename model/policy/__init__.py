"""The two policy documents as data, and what reads them."""
