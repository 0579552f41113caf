"""How well the figures do what they promise, measured on demo cities whose truth is known."""
