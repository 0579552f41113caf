"""What is shown of a frozen review, for pages and files: its tables in words, and plain sentences. Asks no store."""
