"""Random histories thrown at the door of a real store, judged by the oracle."""
