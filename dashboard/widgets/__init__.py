"""Pieces of a screen: panels.* turn a snapshot into what a component draws, wall/ holds the wall's component."""
