import { connectAll, type Driver, inParallel, type Session, sleep, text } from "../harness/driver.ts";
import { cpuBetween, cpuTimes, percentiles, round, Samples } from "../harness/measure.ts";
import type { Measured, Scenario } from "../harness/scenario.ts";

const people = 501;
const secondsPerStep = 5;
/** A rate is borne when 95 % of its deliveries arrive within this. */
const bearable = 200;

type Room = { name: string; members: number[] };
type Step = {
  rate: number;
  isBorne: boolean;
  lost: number;
  doubled: number;
  missingInArchive: number;
  figures: Record<string, number>;
  details: Record<string, unknown>;
};

/**
 * A town hall at work: 501 people in 60 rooms of 200 down to 3 (2,869 memberships, so a message has 105 receivers on
 * average), senders drawn over memberships, at random moments. The rate rises until it is no longer borne, then the
 * border is bisected to 13 %.
 */
export const office: Scenario = {
  name: "office",
  about: "501 people, 60 rooms, random senders: the highest rate with p95 ≤ 200 ms",
  users: people,
  async run(driver) {
    const sessions = await connectAll(driver, people);
    const rooms = planRooms(`o${Date.now().toString(36)}`);
    const startedAt = performance.now();
    await joinAll(sessions, rooms);
    const joinSeconds = round((performance.now() - startedAt) / 1000, 2);
    const random = seededRandom(8);
    const steps: Step[] = [];
    await runStep(driver, sessions, rooms, 10, 1, random);
    let rate = 40;
    let low = 0;
    let high: number | undefined;
    for (let count = 0; count < 16; count++) {
      const step = await runStep(driver, sessions, rooms, rate, secondsPerStep, random);
      steps.push(step);
      if (step.isBorne) low = rate;
      else high = rate;
      if (high === undefined) rate = Math.round(rate * 1.6);
      else if (low === 0) rate = Math.round(high / 2);
      else if (high / low < 1.13) break;
      else rate = Math.round(Math.sqrt(low * high));
    }
    for (const session of sessions) session.close();
    const best = steps.findLast((step) => step.isBorne && step.rate === low);
    const sum = (of: (step: Step) => number) => steps.reduce((total, step) => total + of(step), 0);
    return {
      figures: { sendsPerSecond: low, ...(best?.figures ?? {}) },
      lost: sum((step) => step.lost),
      doubled: sum((step) => step.doubled),
      missingInArchive: sum((step) => step.missingInArchive),
      details: {
        joinSeconds,
        memberships: rooms.reduce((total, room) => total + room.members.length, 0),
        steps,
      },
    } satisfies Measured;
  },
};

async function joinAll(sessions: Session[], rooms: Room[]): Promise<void> {
  await inParallel(rooms, 8, (room) => sessions[room.members[0]!]!.join(room.name));
  const others = rooms.flatMap((room) =>
    room.members.slice(1).map((person) => ({ person, room: room.name })),
  );
  const byPerson = Map.groupBy(others, (membership) => membership.person);
  await inParallel([...byPerson], 32, async ([person, memberships]) => {
    for (const { room } of memberships) await sessions[person]!.join(room);
  });
}

async function runStep(
  driver: Driver,
  sessions: Session[],
  rooms: Room[],
  rate: number,
  seconds: number,
  random: () => number,
): Promise<Step> {
  const memberships = rooms.flatMap((room) => room.members.map((person) => ({ person, room })));
  const mark = `b${Date.now().toString(36)}`;
  const dueAt: number[] = [];
  const missing: number[] = [];
  const seen: Uint8Array[] = [];
  const sentTo = new Map<Room, string[]>();
  const latencies = new Samples();
  let expected = 0;
  let complete = 0;
  let doubled = 0;
  sessions.forEach((session, index) => {
    session.onMessage((id) => {
      if (!id.startsWith(mark) || id.charCodeAt(mark.length) !== 95) return;
      const message = Number(id.slice(mark.length + 1));
      if (seen[message]![index]!++) {
        doubled++;
        return;
      }
      latencies.add(performance.now() - dueAt[message]!);
      if (--missing[message]! === 0) complete++;
    });
  });

  const before = cpuTimes(driver);
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  let due = startedAt;
  for (;;) {
    due += (-Math.log(1 - random()) * 1000) / rate;
    if (due > endsAt) break;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait);
    if (performance.now() > endsAt + 5000) break;
    const { person, room } = memberships[Math.floor(random() * memberships.length)]!;
    const message = dueAt.push(due) - 1;
    missing.push(room.members.length);
    seen.push(new Uint8Array(sessions.length));
    expected += room.members.length;
    const id = `${mark}_${message}`;
    const ids = sentTo.get(room);
    if (ids) ids.push(id);
    else sentTo.set(room, [id]);
    sessions[person]!.send(room.name, text, id);
  }
  const giveUpAt = performance.now() + 20_000;
  while (complete < dueAt.length && performance.now() < giveUpAt) await sleep(10);
  const elapsed = (performance.now() - startedAt) / 1000;
  await sleep(600);
  const cpu = cpuBetween(before, cpuTimes(driver));
  for (const session of sessions) session.onMessage(null);

  const deliveries = latencies.values.length;
  const each = percentiles(latencies.values);
  const isBorne = each.p95 <= bearable && deliveries === expected && doubled === 0;
  const step: Step = {
    rate,
    isBorne,
    lost: expected - deliveries,
    doubled,
    missingInArchive: isBorne ? await countMissing(sessions, sentTo) : 0,
    figures: {
      deliveriesPerSecond: Math.round(deliveries / elapsed),
      cpuSecondsPer1000: round(((cpu.server + cpu.database) / deliveries) * 1000, 4),
      serverPer1000: round((cpu.server / deliveries) * 1000, 4),
      databasePer1000: round((cpu.database / deliveries) * 1000, 4),
      clientPer1000: round((cpu.client / deliveries) * 1000, 4),
      p50: each.p50,
      p95: each.p95,
      p99: each.p99,
    },
    details: { sends: dueAt.length, deliveries, elapsed: round(elapsed, 2), cpu },
  };
  console.error(`  ${rate}/s`, JSON.stringify({ isBorne, ...step.figures, cpu }));
  return step;
}

/** Pages back through each room until everything that this step sent there has been met, or the pages end. */
async function countMissing(sessions: Session[], sentTo: Map<Room, string[]>): Promise<number> {
  let missing = 0;
  for (const [room, ids] of sentTo) {
    const wanted = new Set(ids);
    let before = "";
    for (let left = ids.length; left > 0; left -= 50) {
      const page = await sessions[room.members[0]!]!.history(room.name, { max: 50, before });
      for (const id of page.ids) wanted.delete(id);
      if (!page.cursor || page.ids.length < 50) break;
      before = page.cursor;
    }
    missing += wanted.size;
  }
  return missing;
}

/** 60 rooms whose sizes fall geometrically; who is in which is drawn with a fixed seed. */
function planRooms(mark: string): Room[] {
  const random = seededRandom(42);
  return Array.from({ length: 60 }, (_, index) => {
    const size = Math.round(200 * (3 / 200) ** (index / 59));
    const drawn = Array.from({ length: people }, (_, person) => person);
    for (let place = 0; place < size; place++) {
      const other = place + Math.floor(random() * (people - place));
      [drawn[place], drawn[other]] = [drawn[other]!, drawn[place]!];
    }
    return { name: `${mark}-${index}`, members: drawn.slice(0, size) };
  });
}

/** mulberry32 */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
