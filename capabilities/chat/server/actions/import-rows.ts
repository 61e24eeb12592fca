/** The statements of the import: rows of several rooms at once, each statement once, however many they are. */
import { statement, type Transaction } from "#core/db/index.ts";

const rooms = statement<never>(
  "chat.import-rooms",
  `with made as (
     insert into room (tenant_id, id, kind, name, kana, description, visibility, posting, search_key, direct_key,
                       created_by, created_at, archived_at)
     select $1, x.* from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                                $9::text[], $10::text[], $11::uuid[], $12::timestamptz[], $13::timestamptz[]) as x
     returning tenant_id, id
   )
   insert into room_counter (tenant_id, room_id) select tenant_id, id from made`,
);
// A room that was there is as old as what is said in it.
const age = statement<never>(
  "chat.import-age",
  `update room r set created_at = least(r.created_at, x.created_at)
     from unnest($2::uuid[], $3::timestamptz[]) as x (id, created_at)
    where r.tenant_id = $1 and r.id = x.id`,
);
const members = statement<never>(
  "chat.import-members",
  `insert into room_member (tenant_id, room_id, person_id, role, read_seq, joined_at, is_automatic, notify)
   select $1, x.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[], $7::bool[],
                              $8::text[]) as x
   on conflict (tenant_id, room_id, person_id) do update
      set read_seq = excluded.read_seq, joined_at = least(room_member.joined_at, excluded.joined_at),
          notify = excluded.notify`,
);
const messages = statement<never>(
  "chat.import-messages",
  `insert into message (tenant_id, room_id, seq, id, sender_id, operator_id, body, sent_at, client_message_id, reply_to,
                        mentions, mention_targets, thread_seq, version, edited_at, deleted_at, deleted_by,
                        delete_reason)
   select $1, x.room_id, x.seq, x.id, x.sender_id, x.operator_id, x.body, x.sent_at, 'import-' || x.seq, x.reply_to,
          x.mentions::uuid[], x.mention_targets::jsonb, x.thread_seq, x.version, x.edited_at, x.deleted_at,
          x.deleted_by, x.delete_reason
     from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[],
                 $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::int[], $14::timestamptz[],
                 $15::timestamptz[], $16::uuid[], $17::text[])
          as x (room_id, seq, id, sender_id, operator_id, body, sent_at, reply_to, mentions, mention_targets,
                thread_seq, version, edited_at, deleted_at, deleted_by, delete_reason)`,
);
const lastSeqs = statement<never>(
  "chat.import-last-seqs",
  `update room_counter c set last_seq = x.last_seq from unnest($2::uuid[], $3::bigint[]) as x (room_id, last_seq)
    where c.tenant_id = $1 and c.room_id = x.room_id`,
);
const mentions = statement<never>(
  "chat.import-mentions",
  `insert into message_mention (tenant_id, room_id, seq, person_id)
   select distinct $1::uuid, x.* from unnest($2::uuid[], $3::bigint[], $4::uuid[]) as x`,
);
const reactions = statement<never>(
  "chat.import-reactions",
  `insert into message_reaction (tenant_id, room_id, seq, person_id, reaction, reacted_at)
   select $1, x.* from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::timestamptz[]) as x`,
);
const requests = statement<never>(
  "chat.import-requests",
  `insert into confirmation_request (tenant_id, room_id, seq, asked_by, asked_at, deadline, asked_count, reminded_at)
   select $1, x.* from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::int[],
                              $8::timestamptz[]) as x`,
);
const asked = statement<never>(
  "chat.import-asked",
  `insert into confirmation_person (tenant_id, room_id, seq, person_id, confirmed_at)
   select $1, x.* from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::timestamptz[]) as x`,
);
const threads = statement<never>(
  "chat.import-threads",
  `insert into thread (tenant_id, room_id, seq, title, reply_count, last_reply_seq, last_reply_at)
   select $1, x.* from unnest($2::uuid[], $3::bigint[], $4::text[], $5::int[], $6::bigint[], $7::timestamptz[]) as x`,
);
const versions = statement<never>(
  "chat.import-versions",
  `insert into message_version (tenant_id, room_id, seq, version, body, mentions, written_at)
   select $1, x.room_id, x.seq, x.version, x.body, x.mentions::uuid[], x.written_at
     from unnest($2::uuid[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::timestamptz[])
          as x (room_id, seq, version, body, mentions, written_at)`,
);

/** In the order in which one may refer to the other; the values of a row stand in the order of the columns above. */
const kinds = {
  rooms,
  age,
  members,
  messages,
  lastSeqs,
  mentions,
  reactions,
  requests,
  asked,
  threads,
  versions,
} as const;

/** Rows to be written, gathered room by room. */
export class ImportRows {
  readonly #rows = new Map<keyof typeof kinds, unknown[][]>();

  add(kind: keyof typeof kinds, ...row: readonly unknown[]): void {
    const rows = this.#rows.get(kind);
    if (rows) rows.push([...row]);
    else this.#rows.set(kind, [[...row]]);
  }

  async write(tx: Transaction, tenantId: string): Promise<void> {
    for (const [kind, query] of Object.entries(kinds)) {
      const rows = this.#rows.get(kind as keyof typeof kinds);
      if (rows)
        await tx.run(query, [tenantId, ...rows[0]!.map((_, column) => rows.map((row) => row[column]))]);
    }
  }
}
