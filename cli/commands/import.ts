import { run as importPeople } from "./import-people.ts";

/** `chonai import WHAT …`: brings the office's own lists in. */
export async function run(args: string[]): Promise<number> {
  const [what, ...rest] = args;
  if (what === "people") return importPeople(rest);
  console.error("chonai import people --sections FILE.csv --people FILE.csv [--dry-run] …");
  return 2;
}
