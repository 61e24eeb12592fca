import { type RoomPlan, sleep, userNames, watch } from "../harness/driver.ts";
import { cpuBetween, cpuTimes, percentiles, round } from "../harness/measure.ts";
import type { Scenario } from "../harness/scenario.ts";
import { seededRandom } from "./office.ts";

/**
 * Everybody comes back at once, as after a network fault in the morning: sign-ins are still valid, all connections are
 * opened in the same instant. Chonai's clients are ready when hello is answered and they have their rooms with the
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
      await sleep(1000);
      return {
        figures: {
          seconds: round(ready.max / 1000, 3),
          p50: ready.p50,
          p95: ready.p95,
          cpuMillisecondsEach: round(((cpu.server + cpu.database) / clients) * 1000, 3),
        },
        lost: clients - sessions.length,
        doubled: 0,
        missingInArchive: 0,
        details: { clients, cpu },
      };
    },
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
