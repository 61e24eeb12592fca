-- A post that was entered and corrected on the same day was never in effect: it goes, so that a wrong 兼務 opens nothing
-- until midnight. Posts that were in effect keep their row and get an end; the audit record has both.
do $$ begin
  execute format('grant delete on post_assignment to %I', current_setting('chonai.application_role'));
end $$;
