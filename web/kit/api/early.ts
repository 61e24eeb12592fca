/**
 * What the page asks while its program is still on its way to the device. An answer is taken once, by the `request` that would
 * have asked; the stream by the client that would have opened it. What is not taken soon is forgotten: it would be old.
 */

/** Milliseconds for which an answer or a line waits to be taken. */
const waits = 15_000;
const giveUpAfter = 30_000;

const answers = new Map<string, Promise<Response>>();

/** A line that has been opened and greeted; `heard` are the frames since then. */
export type EarlyStream = { readonly socket: WebSocket; readonly heard: string[] };
let stream: EarlyStream | undefined;

/** Asks for a path below /api/v1, as `request` would. */
export function askEarly(path: string): Promise<Response> {
  const answer = read(path);
  answers.set(path, answer);
  // Told to whoever takes it.
  answer.catch(() => {});
  setTimeout(() => answers.get(path) === answer && answers.delete(path), waits);
  return answer;
}

/** Read to its end whether it is taken or not: else it would keep a connection. */
async function read(path: string): Promise<Response> {
  const answer = await fetch(`/api/v1${path}`, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(giveUpAfter),
  });
  return new Response(await answer.arrayBuffer(), answer);
}

export function takeEarly(path: string): Promise<Response> | undefined {
  const answer = answers.get(path);
  answers.delete(path);
  return answer;
}

export function streamAddress(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/stream`;
}

/** Opens the stream. `onReady`: it is there, so what is asked from now on holds all that it does not tell. */
export function openEarlyStream(onReady: () => void): void {
  const socket = new WebSocket(streamAddress());
  const heard: string[] = [];
  socket.onopen = () => socket.send('{"type":"hello"}');
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") return;
    heard.push(data);
    if (data.includes('"type":"ready"')) onReady();
  };
  const opened = { socket, heard };
  stream = opened;
  setTimeout(() => stream === opened && forgetEarly(), waits);
}

/**
 * The line that was opened early, while it stands. Without it nothing that was asked behind it may be taken either: it may be older
 * than what the next line tells.
 */
export function takeEarlyStream(): EarlyStream | undefined {
  const taken = stream;
  stream = undefined;
  if (taken && taken.socket.readyState <= WebSocket.OPEN) return taken;
  answers.clear();
  return undefined;
}

/** Nobody is signed in after all, or somebody else: nothing of it may be taken. */
export function forgetEarly(): void {
  takeEarlyStream()?.socket.close();
  answers.clear();
}
