"""Lessons for trainers: a guess, and then what runs of a small scenario give."""
