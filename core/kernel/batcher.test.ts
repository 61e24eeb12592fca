import { expect, test } from "vitest";
import { Batcher } from "./batcher.ts";

const full = () => new Error("full");

test("calls that arrive during a batch go together in the next, in their order", async () => {
  const batches: number[][] = [];
  const batcher = new Batcher<number, number>({
    maxBatch: 3,
    maxWaiting: 100,
    onFull: full,
    run: async (inputs) => {
      batches.push([...inputs]);
      return inputs.map((input) => input * 10);
    },
  });
  expect(await Promise.all([1, 2, 3, 4, 5].map((input) => batcher.add(input)))).toEqual([10, 20, 30, 40, 50]);
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test("a batch that fails fails its own calls only, and the queue never grows beyond its bound", async () => {
  const batcher = new Batcher<string, string>({
    maxBatch: 1,
    maxWaiting: 2,
    onFull: full,
    run: async ([input]) => {
      if (input === "bad") throw new Error("no");
      return [input!];
    },
  });
  const results = await Promise.allSettled(["bad", "good", "too many"].map((input) => batcher.add(input)));
  expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled", "rejected"]);
});
