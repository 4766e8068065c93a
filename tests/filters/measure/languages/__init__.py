"""Mirror filters/measure/languages."""
