# deleted  # expect: shipped-revision-deleted
