"""Every adapter of the job runner, by one contract."""
