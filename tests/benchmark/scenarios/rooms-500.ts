import { scopeOf, statement } from "#core/db/index.ts";
import { makeRooms, makeTown } from "../drivers/chonai-fixtures.ts";
import { findPlace } from "../drivers/chonai-place.ts";
import { userNames } from "../harness/driver.ts";
import { cpuTimes, round } from "../harness/measure.ts";
import { type AloneMeasured, inChromium, withServer } from "./in-chromium.ts";

const rooms = 500;
const unreadInEach = 100;
const members = 20;
const starts = 7;

/** Every tenth message of others mentions the member who looks. */
const mention = statement<never>(
  "benchmark.mention",
  `insert into message_mention (tenant_id, person_id, room_id, seq)
   select m.tenant_id, $2, m.room_id, m.seq from message m where m.tenant_id = $1 and m.seq % 10 = 0`,
);

/**
 * The start of the client for a member of 500 rooms with 50,000 unread messages, 5,000 of which mention this person:
 * from the page's first byte to a room list that can be used, what the page computed, and what the server did for it.
 * Times in ms.
 */
export async function measureRooms500(): Promise<AloneMeasured> {
  return withServer(async (database, directory) => {
    const users = userNames(members);
    const town = await makeTown(database, users);
    const plans = Array.from({ length: rooms }, (_, index) => ({
      name: `第${index + 1}回 庁舎整備検討会 連絡用`,
      // Somebody else has written; the member who looks has read nothing.
      members: [...users.slice(1), users[0]!],
      messages: unreadInEach,
    }));
    await makeRooms(database, town, plans);
    await database.transaction(scopeOf(town.tenantId), (tx) =>
      tx.run(mention, [town.tenantId, town.people[0]!.id]),
    );
    return (origin) => start(origin, directory, town.people[0]!.token);
  });
}

async function start(origin: string, directory: string, token: string): Promise<Record<string, number>> {
  const list = async () => {
    const startedAt = performance.now();
    const answer = await fetch(`${origin}/api/v1/rooms?limit=500`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items } = (await answer.json()) as { items: { unread: number }[] };
    const unread = items.reduce((sum, room) => sum + room.unread, 0);
    if (items.length !== rooms || unread !== rooms * unreadInEach)
      throw new Error(`${items.length} rooms with ${unread} unread`);
    return performance.now() - startedAt;
  };
  await list();
  const before = cpuOfServer(directory);
  const lists: number[] = [];
  for (let time = 0; time < 20; time++) lists.push(await list());
  const listCpu = (cpuOfServer(directory) - before) / lists.length;

  return inChromium(origin, async (page, devtools) => {
    await devtools.send("Performance.enable");
    const ready: number[] = [];
    const work: number[] = [];
    const served: number[] = [];
    for (let time = 0; time < starts; time++) {
      await page.goto("about:blank");
      const serverBefore = cpuOfServer(directory);
      const workBefore = await taskSeconds();
      await page.goto("/rooms", { waitUntil: "commit" });
      // Drawn, connected and answering: the filter of the list takes letters.
      const at = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const look = () => {
              const isListed = document.querySelectorAll('a[href^="/rooms/"]').length > 5;
              if (isListed) requestAnimationFrame(() => resolve(performance.now()));
              else requestAnimationFrame(look);
            };
            look();
          }),
      );
      ready.push(at);
      work.push((await taskSeconds()) - workBefore);
      await page.waitForLoadState("networkidle");
      served.push(cpuOfServer(directory) - serverBefore);
    }
    async function taskSeconds(): Promise<number> {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return metrics.find((metric) => metric.name === "TaskDuration")!.value;
    }
    return {
      listMedian: median(lists),
      listServerCpu: round(listCpu * 1000, 1),
      readyFirst: round(ready[0]!, 0),
      readyMedian: median(ready),
      pageWorkMedian: median(work.map((seconds) => seconds * 1000)),
      startServerCpuMedian: median(served.map((seconds) => seconds * 1000)),
    };
  });
}

/** CPU-seconds of server and database together. */
function cpuOfServer(directory: string): number {
  const { pid, postmaster } = findPlace(directory);
  const { server, database } = cpuTimes({ pids: () => ({ server: [pid], postmaster }) });
  return server + database;
}

function median(values: readonly number[]): number {
  return round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!, 1);
}
