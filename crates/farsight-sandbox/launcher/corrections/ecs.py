"""Corrections of ecs."""
