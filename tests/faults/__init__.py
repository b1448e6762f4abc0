"""Faults with real processes: publishers that are killed or frozen, full disks, a database that goes, hostile input."""
