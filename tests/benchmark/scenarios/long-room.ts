import type { CDPSession, Page } from "playwright-core";
import { scopeOf, statement } from "#core/db/index.ts";
import { findRoom, makeRooms, makeTown } from "../drivers/chonai-fixtures.ts";
import { userNames } from "../harness/driver.ts";
import { round } from "../harness/measure.ts";
import { type AloneMeasured, inChromium, withServer } from "./in-chromium.ts";

const messages = 100_000;
const members = 20;
const roomName = "災害対策本部 連絡";

/** As talk is: most of it short, some of a few lines, now and then a long notice; the sender changes. */
const talk = statement<never>(
  "benchmark.talk",
  `update message m
      set body = (array['承知しました。', '10時に3階の大会議室に集まってください。資料は当日配ります。',
                        E'避難所の開設状況です。\\n東小学校 38人\\n中央公民館 51人\\n西体育館 12人', 'ありがとうございます。助かります。',
                        '見込額をまとめました。避難所の運営に 1,240千円、資機材に 860千円です。ご確認をお願いします。',
                        repeat('雨量の見込みが変わりました。河川の水位に注意し、必要なところから順に声をかけてください。', 6)])[1 + m.seq % 6] || ' ' || m.seq,
          sender_id = ($3::uuid[])[1 + (m.seq / 2) % array_length($3::uuid[], 1)]
    where m.tenant_id = $1 and m.room_id = $2`,
);

const readAll = statement<never>(
  "benchmark.read-all",
  `update room_member m set read_seq = c.last_seq from room_counter c
    where m.tenant_id = $1 and c.tenant_id = m.tenant_id and c.room_id = m.room_id`,
);

/**
 * A room of 100,000 messages in the browser: from the click to the first messages on the screen (seven times from nowhere, seven times by a hand on a page that was just loaded), the frames while the
 * wheel turns from the newest upwards, what the scrollbar's middle and a page of the oldest cost, and memory before and
 * after. Times in ms, memory in MiB.
 */
export async function measureLongRoom(): Promise<AloneMeasured> {
  return withServer(async (database) => {
    const users = userNames(members);
    const town = await makeTown(database, users);
    await makeRooms(database, town, [
      { name: roomName, members: users, messages },
      { name: "別のルーム", members: users, messages: 5 },
    ]);
    const room = (await findRoom(database, town.tenantId, roomName))!;
    await database.transaction(scopeOf(town.tenantId), async (tx) => {
      await tx.run(talk, [town.tenantId, room.id, town.people.map((person) => person.id)]);
      await tx.run(readAll, [town.tenantId]);
    });
    return scroll;
  });
}

async function scroll(origin: string): Promise<Record<string, number>> {
  return inChromium(origin, async (page, devtools) => {
    await page.goto("/rooms");
    await page.getByRole("link", { name: /災害対策本部/ }).waitFor();
    await page.evaluate(() => document.fonts.ready);
    await page.waitForLoadState("networkidle");

    const paintsOf = async (isByHand: boolean) => {
      const paints: number[] = [];
      for (let time = 0; time < 7; time++) {
        await page.getByRole("link", { name: /別のルーム/ }).click();
        await page.getByRole("article").first().waitFor();
        // Rooms that were open stay loaded: a new start of the page is a first opening again.
        if (isByHand) await page.reload({ waitUntil: "networkidle" });
        await page.waitForTimeout(300);
        paints.push(await timeOpening(page, isByHand));
      }
      return paints;
    };
    const firstPaints = await paintsOf(false);
    const byHand = (await paintsOf(true)).toSorted((a, b) => a - b);
    const heapBefore = await heapOf(devtools);
    const up = await framesWhile(page, async () => {
      await turnWheel(page, -1, 400);
    });
    const heapAfterReading = await heapOf(devtools);
    const loadedRows = await page.locator("[data-seq]").count();

    // The scrollbar is drawn to the middle, then to the beginning.
    const middle = await timeSeek(page, 0.5, messages / 2);
    const oldest = await timeSeek(page, 0, 1);
    const down = await framesWhile(page, async () => {
      await turnWheel(page, 1, 400);
    });
    // Pages from all over the room: whatever is kept must not grow with what was seen.
    for (let step = 1; step <= 40; step++) await timeSeek(page, step / 41, undefined);
    const heapAfterAll = await heapOf(devtools);
    const sorted = firstPaints.toSorted((a, b) => a - b);
    return {
      firstPaintFirst: round(firstPaints[0]!, 1),
      firstPaintMedian: round(sorted[3]!, 1),
      firstPaintLongest: round(sorted.at(-1)!, 1),
      byHandMedian: round(byHand[3]!, 1),
      byHandLongest: round(byHand.at(-1)!, 1),
      upFrames: up.count,
      upFrameP50: up.p50,
      upFrameP95: up.p95,
      upFrameP99: up.p99,
      upFrameLongest: up.longest,
      downFrameP50: down.p50,
      downFrameP95: down.p95,
      downFrameP99: down.p99,
      downFrameLongest: down.longest,
      upMessages: up.messages,
      toMiddle: middle,
      toOldest: oldest,
      rowsInPage: loadedRows,
      heapBefore,
      heapAfterReading,
      heapAfterAll,
    };
  });
}

/** How long a pointer rests on what it is about to press, in ms; people take longer. */
const handRests = 120;

/**
 * From the click to the frame that shows messages of the room, in the page's own time. By hand the pointer comes to the room
 * first, and what it opens with is fetched; else the click comes from nowhere, as from a program.
 */
async function timeOpening(page: Page, isByHand: boolean): Promise<number> {
  if (isByHand) {
    await page.getByRole("link", { name: /災害対策本部/ }).hover();
    await page.waitForTimeout(handRests);
  }
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const link = [...document.querySelectorAll("a")].find((each) =>
          each.textContent?.includes("災害対策本部"),
        )!;
        const label = "災害対策本部";
        const startedAt = performance.now();
        const look = () => {
          const shown = document.querySelector(`section[aria-label*="${label}"] [data-seq] article`);
          // The frame that was drawn with it is over when the next one begins.
          if (shown) requestAnimationFrame(() => resolve(performance.now() - startedAt));
          else requestAnimationFrame(look);
        };
        link.click();
        requestAnimationFrame(look);
      }),
  );
}

async function turnWheel(page: Page, direction: 1 | -1, turns: number): Promise<void> {
  const box = (await page
    .locator("section[aria-label] ol")
    .first()
    .locator("xpath=ancestor::section[1]")
    .boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let turn = 0; turn < turns; turn++) {
    await page.mouse.wheel(0, direction * 120);
    await page.waitForTimeout(16);
  }
}

type Frames = { count: number; p50: number; p95: number; p99: number; longest: number; messages: number };

/** Times between frames while something is done, as the page's animation frames see them. */
async function framesWhile(page: Page, work: () => Promise<void>): Promise<Frames> {
  const topSeq = () =>
    page.evaluate(() => {
      const rows = [...document.querySelectorAll<HTMLElement>("[data-seq]")];
      const section = rows[0]!.closest("section")!.getBoundingClientRect().top;
      return Number(rows.find((row) => row.getBoundingClientRect().bottom > section)!.dataset.seq);
    });
  const from = await topSeq();
  await page.evaluate(() => {
    const times: number[] = [];
    let last = performance.now();
    let isOn = true;
    const note = (now: number) => {
      times.push(now - last);
      last = now;
      if (isOn) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
    Object.assign(window, {
      framesOfBenchmark: () => {
        isOn = false;
        return times;
      },
    });
  });
  await work();
  const times: number[] = await page.evaluate(() =>
    (window as unknown as { framesOfBenchmark: () => number[] }).framesOfBenchmark(),
  );
  const sorted = times.slice(1).sort((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!, 1);
  return {
    count: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    longest: round(sorted.at(-1)!, 1),
    messages: Math.abs((await topSeq()) - from),
  };
}

/** Draws the scrollbar to a share of the room; until a message of there is on the screen, in ms. */
async function timeSeek(page: Page, share: number, near: number | undefined): Promise<number> {
  return page.evaluate(
    ([share, wanted, all]) =>
      new Promise<number>((resolve) => {
        const section = document.querySelector("[data-seq]")!.closest("section")!;
        const startedAt = performance.now();
        section.scrollTop = share * (section.scrollHeight - section.clientHeight);
        const look = () => {
          const box = section.getBoundingClientRect();
          const row = [...section.querySelectorAll<HTMLElement>("[data-seq]")].find((each) => {
            const own = each.getBoundingClientRect();
            return own.bottom > box.top && own.top < box.bottom;
          });
          const seq = Number(row?.dataset.seq ?? Number.NaN);
          if (Math.abs(seq - wanted) < all / 100) resolve(Math.round(performance.now() - startedAt));
          else requestAnimationFrame(look);
        };
        look();
      }),
    [share, near ?? Math.max(1, share * messages), messages] as const,
  );
}

async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return round(usedSize / 2 ** 20, 1);
}
