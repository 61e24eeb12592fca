import {
  connectAll,
  type Driver,
  inParallel,
  readArchive,
  type Session,
  sleep,
  text,
} from "../harness/driver.ts";
import { cpuBetween, cpuTimes, percentiles, round, Samples } from "../harness/measure.ts";
import type { Measured, Scenario } from "../harness/scenario.ts";

/** `window`: closed loop, so many messages on their way. `rate`: open loop, timed from the moment a message was due. */
type Mode = { window: number } | { rate: number };

/** No run sends for longer than this. */
const longestRun = 15_000;

let rooms = 0;

/** One room, one sender, everybody receives: as fast as it goes. */
export function fanOut(members: number, messages: number): Scenario {
  return {
    name: `fan-out-${members}`,
    about: `one room, ${members} members, one sender, 16 messages on their way (saturated)`,
    users: members,
    async run(driver) {
      const sessions = await connectAll(driver, members);
      await sendToRoom(driver, sessions, Math.ceil(messages / 5), { window: 16 });
      const measured = await sendToRoom(driver, sessions, messages, { window: 16 });
      for (const session of sessions) session.close();
      return measured;
    },
  };
}

/** The same room at a rate that it can bear: how long a message takes to each receiver. */
export function latency(members: number, rate: number, messages: number): Scenario {
  return {
    name: `latency-${members}`,
    about: `one room, ${members} members, ${rate} messages/s: from the intended send to each receiver, in ms`,
    users: members,
    async run(driver) {
      const sessions = await connectAll(driver, members);
      // As the peers' own runs: through a burst first, so that no server compiles while it is timed.
      await sendToRoom(driver, sessions, 2000, { window: 16 });
      await sendToRoom(driver, sessions, messages / 4, { rate });
      const measured = await sendToRoom(driver, sessions, messages, { rate });
      for (const session of sessions) session.close();
      return measured;
    },
  };
}

async function sendToRoom(
  driver: Driver,
  sessions: Session[],
  messages: number,
  mode: Mode,
): Promise<Measured> {
  const members = sessions.length;
  const mark = `a${Date.now().toString(36)}${rooms++}`;
  const room = `room-${mark}`;
  const sender = sessions[0]!;
  await sender.join(room);
  await inParallel(sessions.slice(1), 16, (session) => session.join(room));
  await sleep(500);

  const dueAt = new Float64Array(messages);
  const lastAt = new Float64Array(messages);
  const seen = new Uint8Array(members * messages);
  const receivers = new Uint32Array(messages);
  const latencies = new Samples();
  let sent = 0;
  let complete = 0;
  let doubled = 0;
  let endedAt = 0;
  const deadline = performance.now() + longestRun;
  const send = (message: number, due: number) => {
    dueAt[message] = due;
    sent++;
    sender.send(room, text, `${mark}_${message}`);
  };
  const fill = (window: number) => {
    while (sent < messages && sent - complete < window && performance.now() < deadline)
      send(sent, performance.now());
  };
  sessions.forEach((session, index) => {
    const base = index * messages;
    session.onMessage((id) => {
      if (!id.startsWith(mark) || id.charCodeAt(mark.length) !== 95) return;
      const message = Number(id.slice(mark.length + 1));
      if (seen[base + message]!++) {
        doubled++;
        return;
      }
      const now = performance.now();
      latencies.add(now - dueAt[message]!);
      lastAt[message] = now;
      if (++receivers[message]! < members) return;
      complete++;
      endedAt = now;
      if ("window" in mode) fill(mode.window);
    });
  });

  const before = cpuTimes(driver);
  const startedAt = performance.now();
  if ("window" in mode) fill(mode.window);
  else
    for (let message = 0; message < messages; message++) {
      const due = startedAt + (message * 1000) / mode.rate;
      const wait = due - performance.now();
      if (wait > 0) await sleep(wait);
      send(message, due);
    }
  const giveUpAt = performance.now() + longestRun + 15_000;
  const isSending = () => "window" in mode && sent < messages && performance.now() < deadline;
  while ((complete < sent || isSending()) && performance.now() < giveUpAt) await sleep(20);
  // What the server still does for these messages behind their delivery counts too.
  await sleep(600);
  const cpu = cpuBetween(before, cpuTimes(driver));
  const seconds = ((endedAt || performance.now()) - startedAt) / 1000;
  for (const session of sessions) session.onMessage(null);

  const archive = await readArchive(sender, room);
  const archived = new Set(archive);
  let missing = 0;
  for (let message = 0; message < sent; message++) if (!archived.has(`${mark}_${message}`)) missing++;
  const deliveries = latencies.values.length;
  const each = percentiles(latencies.values);
  return {
    figures: {
      deliveriesPerSecond: Math.round(deliveries / seconds),
      cpuSecondsPer1000: round(((cpu.server + cpu.database) / deliveries) * 1000, 4),
      serverPer1000: round((cpu.server / deliveries) * 1000, 4),
      databasePer1000: round((cpu.database / deliveries) * 1000, 4),
      clientPer1000: round((cpu.client / deliveries) * 1000, 4),
      p50: each.p50,
      p95: each.p95,
      p99: each.p99,
    },
    lost: sent * members - deliveries,
    doubled: doubled + (archive.length - archived.size),
    missingInArchive: missing,
    details: {
      members,
      sent,
      seconds: round(seconds, 2),
      deliveries,
      archived: archive.length,
      lastReceiver: percentiles(Array.from(lastAt.subarray(0, sent), (at, message) => at - dueAt[message]!)),
      max: each.max,
      cpu,
    },
  };
}
