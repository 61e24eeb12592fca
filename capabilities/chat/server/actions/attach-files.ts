import { statement } from "#core/db/index.ts";

/**
 * Behind the send's own statement, in its transaction, and only when a message of the batch has files: those that were claimed
 * for it (core/files) stand in it from now on, for everybody in the room. A message that was not made takes none.
 */
export const attachFiles = statement<never>(
  "chat.attach-files",
  `with sent as (
     update file f set shared_at = $6, message_seq = m.seq, revision = f.revision + 1, changed_at = $6
       from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as i (room_id, message_id, file_id, claim)
      cross join lateral (select m.seq, m.sender_id from message m
                           where m.tenant_id = $1 and m.room_id = i.room_id and m.id = i.message_id limit 1) m
      where f.tenant_id = $1 and f.id = i.file_id and f.room_id = i.room_id and f.uploaded_by = m.sender_id
        and f.claimed_for = i.claim and f.shared_at is null and f.deleted_at is null
     returning f.id, f.room_id, f.revision
   )
   insert into outbox (tenant_id, type, topic_id, fields, published_at)
   select $1, 'file.changed', room_id,
          '"roomId":"' || room_id || '","fileId":"' || id || '","revision":' || revision, $6
     from sent order by id`,
);
