"""How flows are summed up, named, filtered and found again: values in, values out."""
