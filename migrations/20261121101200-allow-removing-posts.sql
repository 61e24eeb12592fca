-- A post that was entered and corrected on the same day was never in effect: it goes, so that a wrong 兼務 opens nothing
-- until midnight. Posts that were in effect keep their row and get an end; the audit record has both.
call allow_application('post_assignment', 'select, insert, update, delete');
