"""What several tests share: throwaway databases, a served app, a browser."""
