-- A provider that ends somebody's session on its side says which: by its own name for it (sid), told at sign-in.
alter table session add column provider_session text;
