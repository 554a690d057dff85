"""comparisons -> an approved issue: compose, render, check, date, publish. Pure."""
