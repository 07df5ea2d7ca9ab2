-- Everything that is due, at most so many rows: rows are claimed, entered and changed in this one statement.
-- Salts are drawn from a secret of this call alone, which nobody keeps. Entries are named by the millisecond, their place
-- in the batch and the same secret: neighbours in the indexes, where names at random would touch a page each.
-- A row that another ticker holds is passed over. What is past its due instant fires as such, without its warnings.
WITH due AS MATERIALIZED (
    SELECT claimed.*,
        (%(stamp)s || lpad(to_hex(row_number() OVER ()), 5, '0')
            || substr(encode(sha256(%(secret)s || uuid_send(id)), 'hex'), 1, 15))::uuid AS made
    FROM (
        SELECT id, case_id, name, due_at, wakes,
            CASE WHEN due_at > %(now)s THEN 'warned' WHEN ends THEN 'met' ELSE 'missed' END AS change,
            CASE WHEN due_at > %(now)s THEN ARRAY(SELECT w FROM unnest(warn_at) AS w WHERE w > %(now)s ORDER BY w)
                 ELSE '{}'::timestamptz[] END AS left_to_warn
        FROM deadline
        WHERE state = 'running' AND next_at <= %(now)s
        ORDER BY next_at
        LIMIT %(batch)s
        FOR UPDATE SKIP LOCKED
    ) AS claimed
), entered AS (
    INSERT INTO document (id, case_id, kind, at, actor, salt, body)
    SELECT made, case_id, 'deadline', %(now)s, %(actor)s,
        sha256(%(secret)s || uuid_send(made)),
        deadline_body(CASE change WHEN 'warned' THEN %(warned)s WHEN 'met' THEN %(ended)s ELSE %(missed)s END,
                      case_id, change, name, due_at)
    FROM due
), changed AS (
    UPDATE deadline SET
        entry = due.made,
        state = CASE due.change WHEN 'warned' THEN 'running' ELSE due.change END,
        warn_at = due.left_to_warn,
        next_at = CASE WHEN due.change = 'warned' THEN coalesce(due.left_to_warn[1], due.due_at) END
    FROM due WHERE deadline.case_id = due.case_id AND deadline.id = due.id
)
SELECT encode(uuid_send(id), 'hex'), encode(uuid_send(case_id), 'hex'), name, change,
    (extract(epoch FROM due_at) * 1000000)::bigint, encode(uuid_send(made), 'hex'), wakes
FROM due
