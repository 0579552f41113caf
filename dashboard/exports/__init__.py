"""What leaves the house as a file: tables made of plain columns, bytes out. Knows neither Streamlit nor SQL."""
