-- Entries up to this id came with a restored backup from another cluster, whose transaction numbers mean nothing in this
-- one. Once they are chained, the sealer passes them over.
alter table audit_head add column restored_id bigint not null default 0;
