/** 要確認 beside what is being written: whether the next message of a room asks to be confirmed, and until when. */
import { Store } from "#web/kit/state/store.ts";
import type { SendMessageRequest } from "../../contract.ts";

/** `deadline` as the field gives it, Japanese time without a zone: 2026-11-30T17:00; empty for none. */
export type Question = { readonly deadline: string };

export class Asking {
  readonly questions = new Store<{ readonly [roomId: string]: Question }>({});

  set(roomId: string, question: Question | undefined): void {
    this.questions.update(({ [roomId]: _, ...others }) =>
      question ? { ...others, [roomId]: question } : others,
    );
  }

  /** A message was taken back: what it asked for stands beside its text again. */
  give(roomId: string, extras: Pick<SendMessageRequest, "confirmation"> | undefined): void {
    if (!extras?.confirmation) return;
    const { deadline } = extras.confirmation;
    this.set(roomId, { deadline: deadline?.slice(0, "2026-11-30T17:00".length) ?? "" });
  }

  /** What the message that is sent now asks for; the next one asks for nothing. */
  take(roomId: string): Pick<SendMessageRequest, "confirmation"> {
    const question = this.questions.get()[roomId];
    if (!question) return {};
    this.set(roomId, undefined);
    return { confirmation: question.deadline ? { deadline: `${question.deadline}:00+09:00` } : {} };
  }
}
