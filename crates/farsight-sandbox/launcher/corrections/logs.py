"""Corrections of logs."""
