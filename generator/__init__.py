"""Salon: a static gallery of what computer vision techniques see in your photographs."""

__version__ = "0.1.0"
