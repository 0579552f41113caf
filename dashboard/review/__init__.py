"""What a frozen review says: plain sentences, and its tables in words. Knows neither the store nor Streamlit."""
