"""Corrections of cloudwatch."""
