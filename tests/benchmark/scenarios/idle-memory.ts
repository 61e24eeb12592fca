import { sleep, userNames, watch } from "../harness/driver.ts";
import { memoryOf, round } from "../harness/measure.ts";
import type { Scenario } from "../harness/scenario.ts";
import { planHall } from "./return.ts";

const clients = 2000;

/**
 * What a connection costs that only waits: the server's memory before, and some seconds after, 2,000 clients have come.
 * The memory of the first few hundred is not counted apart: what a server allocates once belongs to the figure.
 */
export const idleMemory: Scenario = {
  name: "idle-memory",
  about: "PSS of the server process for each of 2,000 connections that wait, database not counted",
  users: clients,
  makesPeople: true,
  async run(driver) {
    await driver.setup(userNames(clients), planHall(clients));
    await sleep(3000);
    const before = memoryOf(driver);
    const sessions = await Promise.all(
      userNames(clients).map(async (user) => watch(await driver.connect(user))),
    );
    for (const session of sessions) session.rest?.();
    await sleep(8000);
    const after = memoryOf(driver);
    await sleep(22_000);
    const later = memoryOf(driver);
    for (const session of sessions) session.close();
    await sleep(1000);
    return {
      figures: {
        kibibytesEach: round((after - before) / clients, 1),
        kibibytesEachAfter30Seconds: round((later - before) / clients, 1),
      },
      lost: clients - sessions.length,
      doubled: 0,
      missingInArchive: 0,
      details: { clients, before, after, later },
    };
  },
};
