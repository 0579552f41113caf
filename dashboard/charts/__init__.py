"""Charts of laptop pages: pure functions, frame in, Altair chart out. They know neither Streamlit nor SQL."""
