/** `npm run docs`: writes the parts of the documents that are printed from the code. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listPages, openApiFile, printOpenApi, renew, repository } from "./printed-docs.ts";

for (const page of listPages()) {
  const before = readFileSync(join(repository, page), "utf8");
  const after = renew(before);
  if (after === before) continue;
  writeFileSync(join(repository, page), after);
  console.log(page);
}
writeFileSync(join(repository, openApiFile), printOpenApi());
