-- How far a partition was consumed, written with the effects: a restored database knows by it where to go on.
CREATE TABLE consumed_offsets (
    topic text,
    partition integer,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);
