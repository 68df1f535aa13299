"""What a job of the bot would find to do, asked of the database: an idle job is left out."""

from sqlalchemy import DateTime, bindparam, text

# By the first word of a job's name; what is not here always has something to look at.
WORK = {
    "place": text("SELECT 1 FROM post WHERE state = 'pending' AND NOT is_context LIMIT 1"),
    "send": text("SELECT 1 FROM notice WHERE state = 'ready' LIMIT 1"),
    "settle": text("SELECT 1 FROM notice WHERE state IN ('in_doubt', 'sending') LIMIT 1"),
    "erasures": text(
        "SELECT 1 FROM person WHERE erase_requested_at NOT NULL AND erased_at IS NULL LIMIT 1"
    ),
    "deadlines": text("SELECT 1 FROM report WHERE state IN ('needs_info', 'answered') LIMIT 1"),
}
# `idle.busy_with` in one statement: it is asked before every leap of time.
BUSY = text("""
SELECT EXISTS (SELECT 1 FROM post WHERE state = 'pending' AND NOT is_context)
  OR EXISTS (SELECT 1 FROM raw WHERE parsed_at IS NULL)
  OR EXISTS (SELECT 1 FROM notice WHERE state = 'sending')
  OR EXISTS (SELECT 1 FROM notice JOIN channel ON channel.id = channel_id
    WHERE state = 'in_doubt' AND platform = 'x')
  OR EXISTS (SELECT 1 FROM notice JOIN channel ON channel.id = channel_id
    WHERE state = 'ready' AND sending = 'on' AND not_before <= :soon
    AND NOT EXISTS (SELECT 1 FROM installation WHERE paused_at IS NOT NULL))
""").bindparams(bindparam("soon", type_=DateTime))
