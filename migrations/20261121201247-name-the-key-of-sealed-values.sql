-- What is sealed now begins with the name of the key under which it was, so that the key can be changed (docs/architecture/keys.md).
-- Values of before were all sealed under the installation's one key.
do $$
declare
  municipality record;
  key_name bytea := (select decode(key_id, 'hex') from installation);
  named bigint;
  expected bigint;
begin
  if key_name is null then
    return;
  end if;
  update installation set vapid_sealed_key = key_name || vapid_sealed_key where vapid_sealed_key is not null;
  for municipality in select id from tenant loop
    perform set_config('chonai.tenant', municipality.id::text, true);
    expected := (select count(*) from account
                  where tenant_id = municipality.id and (totp_secret is not null or totp_pending is not null));
    update account set totp_secret = key_name || totp_secret, totp_pending = key_name || totp_pending
     where tenant_id = municipality.id and (totp_secret is not null or totp_pending is not null);
    get diagnostics named = row_count;
    if named <> expected then
      raise exception 'named % of % sealed accounts', named, expected;
    end if;
    update directory_import set passwords = key_name || passwords
     where tenant_id = municipality.id and passwords is not null;
  end loop;
end $$;
