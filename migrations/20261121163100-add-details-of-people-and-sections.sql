-- Where somebody works (勤務場所), how they are reached, and the first day on which they are no longer here, as entered
-- beforehand. A section has a place and an extension of its own.
alter table person add workplace text, add extension text, add phone text, add leaves_on date;
alter table section add workplace text, add extension text;
create index person_by_leaving on person (tenant_id, leaves_on) where leaves_on is not null and left_at is null;
create index post_assignment_by_first_day on post_assignment (tenant_id, valid_from);
