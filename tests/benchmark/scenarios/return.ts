import { type Driver, type RoomPlan, sleep, userNames, watch } from "../harness/driver.ts";
import { cpuBetween, cpuTimes, percentiles, round, waitForQuiet } from "../harness/measure.ts";
import type { Scenario } from "../harness/scenario.ts";
import { seededRandom } from "./office.ts";

/**
 * Everybody comes back at once, as after a network fault: sign-ins are still valid, all connections are opened in the
 * same instant. Chonai's clients are ready when hello is answered and they have their rooms with the
 * position; a peer's when it has logged in, without any room.
 */
export function returnOf(clients: number): Scenario {
  return {
    name: `return-${clients}`,
    about: `${clients} clients with live sessions open at once, until the last is ready`,
    users: clients,
    makesPeople: true,
    async run(driver) {
      await driver.setup(userNames(clients), planHall(clients));
      await waitForQuiet();
      // The first time the server is fresh from its start; then everybody is cut off and comes back.
      const first = await connectAtOnce(driver, clients);
      const back = await connectAtOnce(driver, clients);
      return {
        figures: {
          seconds: back.seconds,
          p50: back.p50,
          p95: back.p95,
          cpuMillisecondsEach: back.cpuMillisecondsEach,
          firstSeconds: first.seconds,
          firstCpuMillisecondsEach: first.cpuMillisecondsEach,
        },
        lost: 2 * clients - first.ready - back.ready,
        doubled: 0,
        missingInArchive: 0,
        details: { clients, first, back },
      };
    },
  };
}

async function connectAtOnce(driver: Driver, clients: number) {
  const before = cpuTimes(driver);
  const startedAt = performance.now();
  const times: number[] = [];
  const sessions = await Promise.all(
    userNames(clients).map(async (user) => {
      const session = watch(await driver.connect(user));
      times.push(performance.now() - startedAt);
      return session;
    }),
  );
  const cpu = cpuBetween(before, cpuTimes(driver));
  const ready = percentiles(times);
  for (const session of sessions) session.close();
  await sleep(3000);
  return {
    ready: sessions.length,
    seconds: round(ready.max / 1000, 3),
    p50: ready.p50,
    p95: ready.p95,
    cpuMillisecondsEach: round(((cpu.server + cpu.database) / clients) * 1000, 3),
    cpu,
  };
}

/** One room for all, one for each section of ten, and eight more for everybody among rooms of 25. */
export function planHall(people: number): RoomPlan[] {
  const users = userNames(people);
  const random = seededRandom(17);
  const sections: RoomPlan[] = [];
  for (let from = 0; from < people; from += 10)
    sections.push({ name: `section-${from / 10}`, members: users.slice(from, from + 10), messages: 20 });
  const projects: RoomPlan[] = Array.from({ length: Math.ceil((people * 8) / 25) }, (_, index) => {
    const members = new Set<string>();
    while (members.size < Math.min(25, people)) members.add(users[Math.floor(random() * people)]!);
    return { name: `project-${index}`, members: [...members], messages: 20 };
  });
  return [{ name: "hall", members: users, messages: 20 }, ...sections, ...projects];
}
