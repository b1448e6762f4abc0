"""The published tree in a bucket (S3). Frozen (decision 7): it gains kinds of documents and nothing else."""
