-- What Debezium's outbox router can only take from columns of their own; our relay reads the same from `headers`.
ALTER TABLE outbox ADD COLUMN ce_region text, ADD COLUMN ce_factid text, ADD COLUMN traceparent text;
UPDATE outbox SET ce_region = headers->>'ce_region', ce_factid = headers->>'ce_factid',
    traceparent = headers->>'traceparent';
