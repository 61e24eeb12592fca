-- Of a session in a zone beside LGWAN and Internet: the side whose trust the zone had when it began. What an account may be used
-- on is said of the two sides. Null in the zones that are sides themselves.
alter table session add column side text check (side in ('lgwan', 'internet'));
