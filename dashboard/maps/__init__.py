"""Maps: pure functions from a snapshot to a deck.gl spec. Knows neither Streamlit nor SQL."""
