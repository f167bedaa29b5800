CREATE INDEX disclosure_grants_until_ix ON disclosure_grants (until);
CREATE INDEX failed_sign_ins_locked_until_ix ON failed_sign_ins (locked_until);
CREATE INDEX roster_entries_unclaimed_ix ON roster_entries (disappears_on) WHERE student_id IS NULL;
DROP INDEX roster_entries_disappears_on_ix;
