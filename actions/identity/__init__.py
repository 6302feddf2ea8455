"""Who is asking: the identity check that the tasks about a citizen's own data share. docs/business.md, 身份核验."""
