/** The thread of read-lists.ts: reads the bytes that it was started with and sends back what stands in them. */
import { parentPort, workerData } from "node:worker_threads";
import { limitIssues } from "./issue.ts";
import type { ListFiles, ReadLists } from "./read-lists.ts";
import { readPeople } from "./read-people.ts";
import { readSections } from "./read-sections.ts";

const { sections, people, today } = workerData as ListFiles;
const read: ReadLists = {
  sections: sections && readSections(sections),
  people: people && readPeople(people, today),
};
for (const list of [read.sections, read.people]) if (list) list.issues = limitIssues(list.issues);
parentPort?.postMessage(read);
