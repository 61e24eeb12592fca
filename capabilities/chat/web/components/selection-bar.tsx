import { useCallback, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { Button } from "#web/kit/components/button.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { copyText } from "#web/kit/device/copy-text.ts";
import { useShortcuts } from "#web/kit/keys/shortcuts.ts";
import { serverNow } from "#web/kit/state/clock.ts";
import { useStore } from "#web/kit/state/store.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { RoomItem } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { endSelection, selection } from "../client/selection.ts";
import { lineOf, type Transcript, transcriptOf } from "../client/transcript.ts";
import { text } from "../text/index.ts";
import { Markup } from "./markup.tsx";

const asWords = (words: string) => words;

/** What can be done with the selected messages, in place of the field. */
export default function SelectionBar({ room }: { room: RoomItem }) {
  const chat = useChat();
  const chosen = useStore(selection, (now) => now?.messages);
  const [sheet, setSheet] = useState<Transcript>();
  useEffect(() => endSelection, []);
  useShortcuts({ Escape: endSelection });
  const endPrinting = useCallback(() => setSheet(undefined), []);
  const messages = [...(chosen?.values() ?? [])].sort((a, b) => a.seq - b.seq);
  const senderOf = (id: string) => chat.people.known.get()[id];
  const words = () => messages.map((message) => lineOf(message, senderOf(message.senderId))).join("\n");
  const isEmpty = messages.length === 0;

  const copy = async () => {
    if (await copyText(words())) tell(text("selection.copied", { count: messages.length }));
    else tell(text("message.copyFailed"), "danger");
  };

  /** With a mark that tells Windows' editor the encoding. */
  const save = () => {
    const { title, from, to } = transcriptOf(room.name, messages, senderOf);
    const file = new Blob([`\ufeff${title}\n${text("print.period", { from, to })}\n\n${words()}\n`], {
      type: "text/plain;charset=utf-8",
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${room.name.replace(/[\\/:*?"<>|]/g, "_")}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  return (
    <div
      role="toolbar"
      aria-label={text("room.select")}
      data-print="hide"
      className="flex flex-wrap items-center gap-2 border-t border-line bg-ground px-3 py-3 md:px-5"
    >
      <p role="status" className="min-w-24 flex-1 font-bold">
        {text("selection.count", { count: messages.length })}
      </p>
      <Button size="small" isDisabled={isEmpty} onPress={() => void copy()}>
        {text("selection.copy")}
      </Button>
      <Button size="small" isDisabled={isEmpty} onPress={save}>
        {text("selection.save")}
      </Button>
      <Button
        size="small"
        isDisabled={isEmpty}
        onPress={() => setSheet(transcriptOf(room.name, messages, senderOf))}
      >
        {text("selection.print")}
      </Button>
      <Button size="small" kind="quiet" onPress={endSelection}>
        {text("selection.end")}
      </Button>
      {sheet && <PrintSheet transcript={sheet} onPrinted={endPrinting} />}
    </div>
  );
}

/** The selection on paper: room, period, people, then each message with its moment in the era's years. */
function PrintSheet({ transcript, onPrinted }: { transcript: Transcript; onPrinted: () => void }) {
  const chat = useChat();
  useEffect(() => {
    document.body.dataset.printing = "sheet";
    addEventListener("afterprint", onPrinted, { once: true });
    print();
    return () => {
      delete document.body.dataset.printing;
      removeEventListener("afterprint", onPrinted);
    };
  }, [onPrinted]);
  const { title, from, to, people, lines } = transcript;
  return createPortal(
    <article
      data-sheet
      aria-label={text("print.title", { name: title })}
      className="hidden p-2 text-sm print:block"
    >
      <h1 className="text-lg font-bold">{text("print.title", { name: title })}</h1>
      <p>{text("print.period", { from, to })}</p>
      <p>{text("print.people", { names: people.join("、") })}</p>
      <p>{text("print.count", { count: lines.length })}</p>
      <p className="mb-4">
        {text("print.made", { time: longMoment(serverNow()), name: chat.session.me.person.name })}
      </p>
      {lines.map((line) => (
        <section key={line.seq} data-print="keep" className="border-t border-line py-2">
          <h2 className="font-bold">
            {line.time}　{line.who}
          </h2>
          <div className="people-text" dir="auto">
            <Markup body={line.body} drawWords={asWords} />
          </div>
        </section>
      ))}
    </article>,
    document.body,
  );
}
