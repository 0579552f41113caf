"""What is shown of a frozen review, for pages and files alike: its tables in words, and plain sentences. Asks no store."""
