"""Bilet on one machine: every process of the installation, without Docker and without root."""
