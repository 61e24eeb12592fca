import net from "node:net";
import pg from "pg";
import type { Driver, Session } from "../harness/driver.ts";

const host = "localhost";
const conference = "conference.localhost";

/** ejabberd as a client of XMPP sees it: SASL PLAIN, bind, multi-user chat (XEP-0045) and its archive (XEP-0313). */
export default function xmppDriver(server: {
  port: number;
  pid: number;
  postmaster: number;
  database: pg.ClientConfig;
}): Driver {
  const query = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client(server.database);
    await client.connect();
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    name: "ejabberd",
    pids: () => ({ server: [server.pid], postmaster: server.postmaster }),

    async setup(users) {
      await query(
        "insert into users (username, password) select u, 'p' from unnest($1::text[]) u on conflict do nothing",
        [users],
      );
    },

    /** Copies the first archived message of the room, ten seconds apart, until there are enough. */
    async seedHistory(room, count) {
      const address = `${room}@${conference}`;
      await query(
        `insert into archive (username, timestamp, peer, bare_peer, xml, txt, kind, nick, created_at)
         select username, timestamp - ($2::bigint - i) * 10000000, peer, bare_peer, replace(xml, 'seed', 'seed' || i),
                replace(txt, 'seed', 'seed' || i), kind, nick, created_at
           from (select * from archive where username = $1 order by id limit 1) first, generate_series(1, $2 - 1) i`,
        [address, count],
      );
      await query("vacuum analyze archive");
      return Number((await query("select count(*) from archive where username = $1", [address]))[0]!.count);
    },

    /** An archive's ids are its timestamps. */
    async middleCursors(room, count) {
      const rows = await query(
        `select timestamp::text from archive where username = $1 and timestamp > (
           select timestamp from archive where username = $1 order by timestamp offset 100 limit 1)
          order by random() limit $2`,
        [`${room}@${conference}`, count],
      );
      return rows.map((row) => String(row.timestamp));
    },

    connect: (user) => XmppSession.open(server.port, user),
  };
}

type Waiting = { resolve: (stanza: string) => void; reject: (error: Error) => void };

/** One stream. Stanzas are found by their tags and read with plain searches: the client shares the server's cores. */
class XmppSession implements Session {
  readonly user: string;
  onError?: (error: unknown) => void;
  readonly #socket: net.Socket;
  #listener: ((id: string) => void) | null = null;
  #rest = "";
  #phase: "new" | "authenticated" | "ready" = "new";
  #isClosed = false;
  #requests = 0;
  #onReady: Waiting | undefined;
  readonly #queries = new Map<string, Waiting>();
  readonly #pages = new Map<string, string[]>();
  readonly #joins = new Map<string, Waiting>();

  static open(port: number, user: string): Promise<XmppSession> {
    return new Promise((resolve, reject) => {
      const session: XmppSession = new XmppSession(port, user, { resolve: () => resolve(session), reject });
    });
  }

  private constructor(port: number, user: string, onReady: Waiting) {
    this.user = user;
    this.#onReady = onReady;
    this.#socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("connect", () => this.#openStream());
    this.#socket.on("data", (bytes) => this.#take(bytes.toString("latin1")));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("closed")));
  }

  async join(room: string): Promise<void> {
    await new Promise<string>((resolve, reject) => {
      this.#joins.set(room, { resolve, reject });
      this.#socket.write(
        `<presence to='${room}@${conference}/${this.user}'><x xmlns='http://jabber.org/protocol/muc'>` +
          `<history maxstanzas='0'/></x></presence>`,
      );
    });
  }

  send(room: string, text: string, id: string): void {
    this.#socket.write(
      `<message to='${room}@${conference}' type='groupchat' id='${id}'><body>${id} ${text}</body></message>`,
    );
  }

  onMessage(listener: ((id: string) => void) | null): void {
    this.#listener = listener;
  }

  async history(room: string, { max = 50, before = "" }: { max?: number; before?: string }) {
    const id = `q${++this.#requests}`;
    const ids: string[] = [];
    this.#pages.set(id, ids);
    const answer = await this.#query(
      id,
      `<iq type='set' id='${id}' to='${room}@${conference}'><query xmlns='urn:xmpp:mam:2' queryid='${id}'>` +
        `<set xmlns='http://jabber.org/protocol/rsm'><max>${max}</max>` +
        `${before ? `<before>${before}</before>` : "<before/>"}</set></query></iq>`,
    );
    this.#pages.delete(id);
    return { ids, cursor: /<first[^>]*>([^<]*)</.exec(answer)?.[1] ?? null };
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.end("</stream:stream>");
    setTimeout(() => this.#socket.destroy(), 500).unref();
  }

  #openStream(): void {
    this.#socket.write(
      `<?xml version='1.0'?><stream:stream to='${host}' xmlns='jabber:client' ` +
        `xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`,
    );
  }

  #query(id: string, xml: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#queries.set(id, { resolve, reject });
      this.#socket.write(xml);
    });
  }

  #fail(error: Error): void {
    for (const waiting of [this.#onReady, ...this.#queries.values(), ...this.#joins.values()])
      waiting?.reject(error);
    this.#queries.clear();
    this.#joins.clear();
    if (!this.#isClosed) this.onError?.(error);
    this.#isClosed = true;
  }

  /** Cuts the bytes into stanzas; a message inside a message (the archive's answers) belongs to the outer one. */
  #take(text: string): void {
    const data = this.#rest + text;
    let at = 0;
    for (;;) {
      const from = data.indexOf("<", at);
      const tagEnd = from < 0 ? -1 : data.indexOf(">", from);
      if (tagEnd < 0) {
        at = from < 0 ? data.length : from;
        break;
      }
      const second = data.charCodeAt(from + 1);
      if (second === 63 || second === 47 || data.startsWith("stream:stream", from + 1)) {
        at = tagEnd + 1;
        continue;
      }
      const name = nameAt(data, from + 1);
      const end = data.charCodeAt(tagEnd - 1) === 47 ? tagEnd + 1 : endOf(data, tagEnd, name);
      if (end < 0) {
        at = from;
        break;
      }
      this.#takeStanza(name, data.slice(from, end));
      at = end;
    }
    this.#rest = data.slice(at);
  }

  #takeStanza(name: string, stanza: string): void {
    if (name === "message") this.#takeMessage(stanza);
    else if (name === "presence") this.#takePresence(stanza);
    else if (name === "iq") this.#takeAnswer(stanza);
    else if (name === "stream:features") this.#takeFeatures();
    else if (name === "success") {
      this.#phase = "authenticated";
      this.#openStream();
    } else if (name === "failure" || name === "stream:error") {
      this.#fail(new Error(stanza));
      this.#socket.destroy();
    }
  }

  #takeMessage(stanza: string): void {
    if (stanza.indexOf("urn:xmpp:mam:2") > 0 && stanza.indexOf("<result") > 0) {
      const query = /queryid=['"]([^'"]+)/.exec(stanza)?.[1];
      const id = idIn(stanza);
      if (query && id !== undefined) this.#pages.get(query)?.push(id);
      return;
    }
    // The room's subject ends the join.
    if (this.#joins.size > 0 && stanza.indexOf("<subject") > 0 && stanza.indexOf("<body") < 0) {
      this.#settleJoin(stanza);
      return;
    }
    if (stanza.lastIndexOf("type='error'", 400) > 0) this.onError?.(new Error(stanza));
    else if (this.#listener) {
      const id = idIn(stanza);
      if (id !== undefined) this.#listener(id);
    }
  }

  #takePresence(stanza: string): void {
    if (/^<presence[^>]*type=['"]error/.test(stanza)) this.#settleJoin(stanza, new Error(stanza));
  }

  #settleJoin(stanza: string, error?: Error): void {
    const room = /from=['"]([^@'"]+)@/.exec(stanza)?.[1] ?? "";
    const join = this.#joins.get(room);
    this.#joins.delete(room);
    if (error) join?.reject(error);
    else join?.resolve(stanza);
  }

  #takeAnswer(stanza: string): void {
    const id = /^<iq[^>]* id=['"]([^'"]+)/.exec(stanza)?.[1] ?? "";
    const query = this.#queries.get(id);
    if (query) {
      this.#queries.delete(id);
      if (/^<iq[^>]*type=['"]error/.test(stanza)) query.reject(new Error(stanza));
      else query.resolve(stanza);
    } else if (/^<iq[^>]*type=['"]get/.test(stanza)) {
      const from = /from=['"]([^'"]+)/.exec(stanza)?.[1];
      this.#socket.write(`<iq type='result' id='${id}'${from ? ` to='${from}'` : ""}/>`);
    }
  }

  #takeFeatures(): void {
    if (this.#phase === "new") {
      const secret = Buffer.from(`\0${this.user}\0p`).toString("base64");
      this.#socket.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`);
      return;
    }
    const id = `q${++this.#requests}`;
    const bind = `<iq type='set' id='${id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>b</resource></bind></iq>`;
    this.#query(id, bind).then(
      (answer) => {
        this.#phase = "ready";
        this.#onReady?.resolve(answer);
        this.#onReady = undefined;
      },
      (error) => this.#fail(error),
    );
  }
}

function nameAt(data: string, from: number): string {
  let end = from;
  for (;;) {
    const code = data.charCodeAt(end);
    if (code === 32 || code === 62 || code === 47) return data.slice(from, end);
    end++;
  }
}

/** Behind the end tag that belongs to the start tag which ends at `tagEnd`, or -1 when it is not there yet. */
function endOf(data: string, tagEnd: number, name: string): number {
  const close = `</${name}>`;
  const open = `<${name}`;
  let from = tagEnd;
  let depth = 1;
  for (;;) {
    const next = data.indexOf(close, from);
    if (next < 0) return -1;
    if (name === "message")
      for (
        let inner = data.indexOf(open, from);
        inner >= 0 && inner < next;
        inner = data.indexOf(open, inner + 1)
      )
        depth++;
    depth--;
    from = next + close.length;
    if (depth === 0) return from;
  }
}

/** The first word of the body: the id that was given to `send`. */
function idIn(stanza: string): string | undefined {
  const tag = stanza.indexOf("<body");
  if (tag < 0) return undefined;
  const from = stanza.indexOf(">", tag) + 1;
  const space = stanza.indexOf(" ", from);
  const end = stanza.indexOf("<", from);
  return stanza.slice(from, space < 0 || space > end ? end : space);
}
