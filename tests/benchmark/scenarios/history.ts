import { connectAll, type Driver, type Session, sleep, text } from "../harness/driver.ts";
import { cpuBetween, cpuTimes, percentiles, round, Samples } from "../harness/measure.ts";
import type { Measured, Scenario } from "../harness/scenario.ts";

const messages = 100_000;
const readers = 8;
const seconds = 5;

/** Eight readers in a closed loop: the newest page of a long room, then pages anywhere in it. */
export const history: Scenario = {
  name: "history",
  about: "8 sessions page through a room of 100,000 messages: the last 50, and any 50 in the middle",
  users: readers,
  async run(driver) {
    const room = "history";
    const sessions = await connectAll(driver, readers);
    for (const session of sessions) await session.join(room);
    // Something to copy, for a server whose archive is seeded so.
    sessions[0]!.send(room, text, "seed");
    await sleep(1500);
    const held = await driver.seedHistory(room, messages);
    const cursors = await driver.middleCursors(room, 500);
    await read(driver, sessions, room, () => "", 1);
    const last = await read(driver, sessions, room, () => "", seconds);
    const middle = await read(
      driver,
      sessions,
      room,
      () => cursors[Math.floor(Math.random() * cursors.length)]!,
      seconds,
    );
    for (const session of sessions) session.close();
    return {
      figures: {
        lastPerSecond: last.perSecond,
        lastCpuMilliseconds: last.cpuMilliseconds,
        lastP95: last.p95,
        middlePerSecond: middle.perSecond,
        middleCpuMilliseconds: middle.cpuMilliseconds,
        middleP95: middle.p95,
      },
      lost: last.wrong + middle.wrong,
      doubled: 0,
      missingInArchive: 0,
      details: { held, last, middle },
    } satisfies Measured;
  },
};

async function read(
  driver: Driver,
  sessions: Session[],
  room: string,
  cursor: () => string,
  forSeconds: number,
) {
  const latencies = new Samples();
  let wrong = 0;
  const before = cpuTimes(driver);
  const startedAt = performance.now();
  const endsAt = startedAt + forSeconds * 1000;
  await Promise.all(
    sessions.map(async (session) => {
      while (performance.now() < endsAt) {
        const askedAt = performance.now();
        const page = await session.history(room, { max: 50, before: cursor() });
        if (new Set(page.ids).size !== 50) wrong++;
        latencies.add(performance.now() - askedAt);
      }
    }),
  );
  const elapsed = (performance.now() - startedAt) / 1000;
  const cpu = cpuBetween(before, cpuTimes(driver));
  const requests = latencies.values.length;
  return {
    requests,
    wrong,
    perSecond: Math.round(requests / elapsed),
    cpuMilliseconds: round(((cpu.server + cpu.database) / requests) * 1000, 3),
    ...percentiles(latencies.values),
    cpu,
  };
}
