"""The pipelines of `core` on a Ray cluster: behind HTTP (`deployments`), and over Parquet files (`batch`)."""
