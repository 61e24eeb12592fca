import { AppError } from "./app-error.ts";

/**
 * Joins calls that arrive while a batch is on its way into the next batch: one call alone is not delayed, and under
 * load the cost of a round trip and a commit is shared. At most `maxBatch` inputs go at once; the order is kept.
 */
export class Batcher<Input, Output> {
  readonly #run: (inputs: readonly Input[]) => Promise<readonly Output[]>;
  readonly #maxBatch: number;
  readonly #maxWaiting: number;
  readonly #onFull: () => Error;
  #waiting: { input: Input; resolve: (output: Output) => void; reject: (error: unknown) => void }[] = [];
  #isRunning = false;

  constructor(options: {
    /** Answers each input at the same place; a rejection fails the whole batch. */
    run: (inputs: readonly Input[]) => Promise<readonly Output[]>;
    maxBatch: number;
    /** Above this the queue refuses, so that it can never grow without bound. */
    maxWaiting: number;
    onFull: () => Error;
  }) {
    this.#run = options.run;
    this.#maxBatch = options.maxBatch;
    this.#maxWaiting = options.maxWaiting;
    this.#onFull = options.onFull;
  }

  add(input: Input): Promise<Output> {
    if (this.#waiting.length >= this.#maxWaiting) return Promise.reject(this.#onFull());
    return new Promise<Output>((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      if (!this.#isRunning) {
        this.#isRunning = true;
        // After this turn of the event loop: calls that arrived together go together.
        setImmediate(() => void this.#work());
      }
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#maxBatch);
      try {
        const outputs = await this.#run(batch.map((call) => call.input));
        batch.forEach((call, index) => {
          call.resolve(outputs[index]!);
        });
      } catch (error) {
        for (const call of batch) call.reject(error);
      }
    }
    this.#isRunning = false;
  }
}

/**
 * Batches apart for each key (a municipality, a room): `run` answers the inputs of one key, each at its place. More
 * than `maxWaiting` of a key at once are refused as `service-unavailable`, which clients answer by asking again.
 */
export function batchByKey<Input, Output>(options: {
  run: (key: string, inputs: readonly Input[]) => Promise<readonly Output[]>;
  maxBatch: number;
  maxWaiting?: number;
}): (key: string, input: Input) => Promise<Output> {
  const { run, maxBatch, maxWaiting = 20_000 } = options;
  const batchers = new Map<string, Batcher<Input, Output>>();
  return (key, input) => {
    let batcher = batchers.get(key);
    if (!batcher) {
      batcher = new Batcher({
        run: (inputs) => run(key, inputs),
        maxBatch,
        maxWaiting,
        onFull: () => new AppError("service-unavailable"),
      });
      batchers.set(key, batcher);
    }
    return batcher.add(input);
  };
}

/** Lets at most `places` pieces of work run at once; the others wait in their order. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
