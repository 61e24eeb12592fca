import { Program } from "./program.ts";
import { until } from "./until.ts";

/** `chonai start` over several runs on the same data and ports: it can be killed and started again. */
export class ServerProcess {
  readonly lgwan: string;
  readonly internet: string;
  readonly #args: readonly string[];
  readonly #environment: Record<string, string>;
  #program: Program | undefined;
  #outputBefore = "";

  constructor(given: {
    data: string;
    portBase: number;
    args?: readonly string[];
    environment?: Record<string, string>;
  }) {
    this.lgwan = `http://127.0.0.1:${given.portBase}`;
    this.internet = `http://127.0.0.1:${given.portBase + 1}`;
    this.#args = [
      ...["start", "--data", given.data, "--port-base", String(given.portBase)],
      ...(given.args ?? []),
    ];
    this.#environment = given.environment ?? {};
  }

  /** Everything that all its runs have printed. */
  get output(): string {
    return this.#outputBefore + (this.#program?.output ?? "");
  }

  get hasEnded(): boolean {
    const child = this.#program?.child;
    return child === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  /** Starts it and returns when it answers. */
  async start(): Promise<void> {
    this.#outputBefore = this.output;
    this.#program = new Program(this.#args, this.#environment);
    await until("the program answers", async () => {
      if (this.hasEnded) throw new Error(`the program has ended:\n${this.output.slice(-4000)}`);
      return fetch(`${this.lgwan}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#program?.child.kill(name);
  }

  /** kill -9, and waits until the process is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await until("the program is gone", () => this.hasEnded);
  }

  /** Asks it to stop, as Ctrl-C does. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.signal("SIGINT");
    await until("the program stops", () => this.hasEnded);
  }
}
