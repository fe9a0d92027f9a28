-- Two workers that run this at the same time get different jobs, and neither waits for the other.

WITH next AS (
    SELECT id
    FROM jobs
    WHERE status = 'queued' AND due_at <= now()
    ORDER BY priority, due_at
    LIMIT 10
    FOR UPDATE SKIP LOCKED
)
UPDATE jobs
SET status = 'processing', token = token + 1, expires_at = now() + interval '10 seconds'
FROM next
WHERE jobs.id = next.id
RETURNING jobs.id, jobs.token;
