"""Deliveries that must not be lost: rows written with the change they belong to, worked off afterwards."""
