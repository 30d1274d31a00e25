"""Numerical methods: numpy arrays in, numpy arrays out."""
