import { afterEach } from "vitest";
import { clearAwayDevices } from "./browser.ts";

// Who reads that a screen test failed was not there: the error says with it what stood on the screen.
afterEach(async ({ task }) => {
  const error = task.result?.state === "fail" ? task.result.errors?.[0] : undefined;
  if (!error) return;
  const shown = await clearAwayDevices();
  const more = [error.diff, shown && `On the screen:\n${shown}`].filter(Boolean).join("\n\n");
  error.stack = `${error.stack ?? error.message}\n\n${more}`;
});
