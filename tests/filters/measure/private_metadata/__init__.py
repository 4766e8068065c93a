"""Mirror filters/measure/private_metadata."""
