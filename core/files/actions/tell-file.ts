import type { Transaction } from "#core/db/index.ts";
import { event, type OutgoingEvent, publish } from "#core/realtime/publish.ts";
import { fileEvents } from "../contract.ts";

/** Says that a file is other than before: to its room, or while it is unsent to its uploader alone. */
export async function tellFile(
  tx: Transaction,
  now: Date,
  file: { id: string; roomId: string; revision: number; uploadedBy: string; isShared: boolean },
): Promise<void> {
  await publish(tx, now, [fileChanged(file)]);
}

export function fileChanged(file: {
  id: string;
  roomId: string;
  revision: number;
  uploadedBy: string;
  isShared: boolean;
}): OutgoingEvent {
  return event(
    fileEvents,
    "file.changed",
    file.isShared ? { kind: "topic", topicId: file.roomId } : { kind: "person", personId: file.uploadedBy },
    { roomId: file.roomId, fileId: file.id, revision: file.revision },
  );
}
