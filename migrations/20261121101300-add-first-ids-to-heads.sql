-- A restored dump brings transaction numbers of another server, which the new one reaches again some day. Rows below
-- first_id were there when the sealer noticed it: they are fresh by number alone no more.
alter table stream_head add column first_id bigint not null default 0;
alter table audit_head add column first_id bigint not null default 0;
