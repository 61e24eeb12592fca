-- 持ち出し: the class for which it was approved, who has seen what, and that it can be taken back.
alter table file_carry_out
  -- Of the file when it was asked for: above it the approval is over.
  add column classification text not null,
  -- When somebody who may decide first looked at it, and the requester at what was decided.
  add column seen_at timestamptz,
  add column told_at timestamptz,
  add column withdrawn_by uuid,
  add column withdrawn_at timestamptz;
-- One at a time for a file: who wants something else takes the first one back.
create unique index file_carry_out_one_waiting on file_carry_out (tenant_id, file_id, requested_by)
  where decided_at is null and withdrawn_at is null;
