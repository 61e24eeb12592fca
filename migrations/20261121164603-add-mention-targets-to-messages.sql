-- Sections, posts and everybody whom a message mentions, as they were resolved when it was sent; null for nearly all.
alter table message add column mention_targets jsonb;
