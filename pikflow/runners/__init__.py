"""Job runners: what carries a job to a worker. The row in our database stays the truth."""
