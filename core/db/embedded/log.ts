/** What the start-up has to say. A pino logger fits, and so does a list in a test. */
export type Log = {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
};

/** One plain line for the person who started the program, in both languages. */
export type Notice = { ja: string; en: string };
