"""The soak: a day of redraws in a short time, with restarts, a cut network and a midnight in it."""
