// Runs the database on the folder named first until it is told to stop: the tests' stand-in for the program. Prints one
// line of JSON for each thing that happens.
import { StartUpError, startEmbeddedPostgres } from "#core/db/embedded/index.ts";

const say = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
const quiet = { info() {}, warn() {}, error() {} };

try {
  const postgres = await startEmbeddedPostgres({ dataDirectory: process.argv[2] ?? "", log: quiet });
  postgres.dataFolder.announce({ addresses: ["http://127.0.0.1:8080"] });
  postgres.onUnexpectedExit((event) => say({ event: event.kind, pid: postgres.pid }));
  const {
    application,
    owner,
    superuser,
    postgresDirectory,
    socketDirectory,
    startedAfterCrash,
    isNew,
    notices,
    pid,
  } = postgres;
  say({
    event: "started",
    ...{
      application,
      owner,
      superuser,
      postgresDirectory,
      socketDirectory,
      startedAfterCrash,
      isNew,
      notices,
      pid,
    },
  });
  const stop = async () => {
    await postgres.stop();
    say({ event: "stopped" });
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop());
  setInterval(() => {}, 60_000);
} catch (error) {
  if (!(error instanceof StartUpError)) throw error;
  say({
    event: "refused",
    code: error.code,
    ja: error.ja,
    en: error.en,
    hint: error.hint,
    text: error.message,
  });
  process.exit(3);
}
