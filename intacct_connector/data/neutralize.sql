-- a copy must not be able to sign in, nor try to: passwords and open sessions go
UPDATE intacct_backend
   SET api_password_secret = NULL,
       sender_password_secret = NULL,
       api_user = 'neutralized',
       state = 'draft',
       state_message = NULL,
       auto_sync = false,
       next_sync = NULL;
DELETE FROM intacct_session;

-- nothing that waited goes on in the copy
UPDATE intacct_sync_run
   SET state = 'failed',
       ended_at = now() AT TIME ZONE 'UTC',
       message = 'Stopped: this database is a neutralized copy.'
 WHERE state IN ('queued', 'running');
