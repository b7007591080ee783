"""The JSON shell: tokens, paging, problem documents."""
