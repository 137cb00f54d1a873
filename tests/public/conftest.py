"""What lies in `projects` is copied out before it is run."""

collect_ignore = ["projects"]
