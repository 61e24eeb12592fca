import { expect, test } from "vitest";
import { fromLocalInput, toLocalInput } from "./local-input.ts";

test("a date and time are Japan's", () => {
  expect(fromLocalInput("2027-04-01T00:00")).toBe("2027-03-31T15:00:00.000Z");
  expect(toLocalInput("2027-03-31T15:00:00.000Z")).toBe("2027-04-01T00:00");
  expect(fromLocalInput("")).toBeNull();
  expect(toLocalInput(null)).toBe("");
});
