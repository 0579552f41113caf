"""The review 例会 as it is shown and handed out: what a frozen document says, in one language."""
