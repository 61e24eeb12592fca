import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import type { Doubt } from "../client/before-sending.ts";
import { text } from "../text/index.ts";

/** Asks once more before a message goes: how many it reaches, who is not here. The text stays where it is. */
export default function SendCheckDialog({
  roomName,
  doubts,
  onBack,
  onSend,
}: {
  roomName: string;
  doubts: readonly Doubt[];
  onBack: () => void;
  onSend: () => void;
}) {
  return (
    <Dialog
      title={text("doubt.title")}
      role="alertdialog"
      width="small"
      onClose={onBack}
      footer={
        <>
          {/* The safe answer has the focus: an Enter too many sends nothing. */}
          <Button autoFocus onPress={onBack}>
            {text("doubt.back")}
          </Button>
          <Button kind="primary" onPress={onSend}>
            {text("doubt.send")}
          </Button>
        </>
      }
    >
      <dl className="mb-3 flex flex-wrap gap-x-3 rounded-lg bg-sunken px-3 py-2">
        <dt className="text-ink-3">{text("doubt.room")}</dt>
        <dd className="min-w-0 font-bold">
          <bdi>{roomName}</bdi>
        </dd>
      </dl>
      <ul className="flex flex-col gap-2">
        {doubts.map((doubt) => (
          <li key={doubt.kind}>{wordsOf(doubt)}</li>
        ))}
      </ul>
    </Dialog>
  );
}

function wordsOf(doubt: Doubt): string {
  switch (doubt.kind) {
    case "many": {
      const { people, guests } = doubt.reach;
      return guests > 0
        ? text("doubt.many.guests", { count: people, guests })
        : text("doubt.many", { count: people });
    }
    case "new-guests":
      return text("doubt.newGuests", { count: doubt.reach.people, guests: doubt.reach.guests });
    case "absent":
      return text("doubt.absent", { names: doubt.names.join("」「") });
    case "from-elsewhere":
      return text("doubt.fromElsewhere", { name: doubt.roomName });
  }
}
