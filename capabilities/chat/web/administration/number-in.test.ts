import { describe, expect, it } from "vitest";
import { numberIn } from "./number-in.ts";

const bounds = { from: 1, to: 100_000 };

describe("numberIn", () => {
  it("reads digits as an office types them", () => {
    expect(numberIn("50", bounds)).toBe(50);
    expect(numberIn(" ２００ ", bounds)).toBe(200);
    expect(numberIn("１,０００", bounds)).toBe(1000);
  });

  it("gives nothing for what is no number within the bounds", () => {
    for (const typed of ["", "0", "-1", "1.5", "100001", "5人", "1e3"])
      expect(numberIn(typed, bounds)).toBeUndefined();
  });
});
