import { sleep, userNames, watch } from "../harness/driver.ts";
import { memoryOf, round } from "../harness/measure.ts";
import type { Scenario } from "../harness/scenario.ts";
import { planHall } from "./return.ts";

const clients = 2000;

/**
 * What a connection costs that only waits: the memory of a fresh server, and again when 2,000 clients have come, said
 * hello, read their rooms and are quiet. Chonai gives memory back in quiet moments, at most once a minute, so that long
 * is waited before and some seconds after.
 */
export const idleMemory: Scenario = {
  name: "idle-memory",
  about: "PSS of the server process for each of 2,000 connections that wait, database not counted",
  users: clients,
  makesPeople: true,
  async run(driver) {
    await driver.setup(userNames(clients), planHall(clients));
    await sleep(65_000);
    const before = memoryOf(driver);
    const sessions = await Promise.all(
      userNames(clients).map(async (user) => watch(await driver.connect(user))),
    );
    for (const session of sessions) session.rest?.();
    await sleep(20_000);
    const after = memoryOf(driver);
    for (const session of sessions) session.close();
    await sleep(1000);
    return {
      figures: {
        kibibytesEach: round((after - before) / clients, 1),
        mebibytesWithAll: round(after / 1024, 0),
      },
      lost: clients - sessions.length,
      doubled: 0,
      missingInArchive: 0,
      details: { clients, before, after },
    };
  },
};
