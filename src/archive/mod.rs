//! Bytes only: tar, compression and ar, in both directions.
