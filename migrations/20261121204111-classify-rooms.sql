-- How confidential (自治体機密性) what is said in a room is. Rooms that there are get the class of what is not published at
-- once, which is what the Internet side may read.
alter table room
  add column classification text not null default '2' check (classification in ('3A', '3B', '3C', '2', '1'));
