-- Did a channel grow in the week after a flagged post? In the folder of an export of posts and subscribers:
-- duckdb < subscribers_after_flags.sql
SELECT p.handle, p.post_id, p.severity, b.subscribers AS then, a.subscribers - b.subscribers AS gained
FROM 'posts.parquet' AS p
ASOF JOIN 'subscribers.parquet' AS b
    ON b.channel_id = p.channel_id AND b.sampled_at <= p.published_at
ASOF JOIN 'subscribers.parquet' AS a
    ON a.channel_id = p.channel_id AND a.sampled_at <= p.published_at + INTERVAL 7 DAY
WHERE p.severity IS NOT NULL
ORDER BY gained DESC, p.handle, p.post_id;
