"""`make gallery`: the wall as pictures, every scene in every size, language and theme, for looking at side by side."""
