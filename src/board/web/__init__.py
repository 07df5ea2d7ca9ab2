"""The board as the world sees it: pages, pictures, a public JSON view, and the interface for the provider's tools."""
