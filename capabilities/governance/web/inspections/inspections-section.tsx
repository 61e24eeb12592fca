import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Inspection, InspectionList } from "../../contract.ts";
import { text } from "../text/index.ts";
import { AskDialog } from "./ask-dialog.tsx";
import { InspectedRoomView, type OpenRoom } from "./inspected-room-view.tsx";

type Open = { kind: "ask" } | { kind: "consent" | "refuse"; inspection: Inspection };

/** 「ルームの閲覧」: what was asked for, what waits for the second person, and the way into what is open. */
export default function InspectionsSection({ me }: SettingsProps) {
  const { value, error, reload } = useAnswer<InspectionList>("/inspections");
  const [open, setOpen] = useState<Open>();
  const [reading, setReading] = useState<OpenRoom>();
  const close = () => setOpen(undefined);
  const done = (words: string) => {
    tell(words);
    close();
    reload();
  };
  if (reading) return <InspectedRoomView open={reading} onBack={() => setReading(undefined)} />;
  return (
    <div className="flex flex-col gap-5">
      <p className="text-sm text-ink-2">{text("inspections.intro")}</p>
      {me.account.offices.includes("records") && (
        <Button kind="primary" className="self-start" onPress={() => setOpen({ kind: "ask" })}>
          {text("inspections.ask")}
        </Button>
      )}
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading className="flex flex-col gap-2">
          {[1, 2].map((row) => (
            <Skeleton key={row} className="h-24 w-full" />
          ))}
        </Loading>
      )}
      {value?.items.length === 0 && (
        <Empty title={text("inspections.none")}>{text("inspections.none.next")}</Empty>
      )}
      <ul className="flex flex-col gap-3">
        {value?.items.map((inspection) => (
          <li key={inspection.id}>
            <Item inspection={inspection} onOpen={setOpen} onRead={setReading} />
          </li>
        ))}
      </ul>
      {open?.kind === "ask" && <AskDialog onClose={close} onDone={() => done(text("ask.done"))} />}
      {open && open.kind !== "ask" && <Decision open={open} onClose={close} onDone={done} />}
    </div>
  );
}

function Item({
  inspection,
  onOpen,
  onRead,
}: {
  inspection: Inspection;
  onOpen: (open: Open) => void;
  onRead: (room: OpenRoom) => void;
}) {
  const { state, rooms, laterBecause, toldAt, decidedBy, decidedAt } = inspection;
  const told = toldAt
    ? text("inspections.told", { when: longMoment(toldAt) })
    : laterBecause === null
      ? text("inspections.atOnce")
      : text("inspections.later", { reason: laterBecause });
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4 [overflow-wrap:anywhere]">
      <p className="font-bold">
        {rooms.map(({ name }) => `「${name}」`).join("")}
        <Tag tone={state === "open" ? "ok" : state === "waiting" ? "warn" : "plain"}>
          {text(`inspections.state.${state}`)}
        </Tag>
      </p>
      <p className="text-sm text-ink-2">
        {text("inspections.who", {
          person: inspection.requestedBy.name,
          when: longMoment(inspection.requestedAt),
        })}
        {"　"}
        {text("inspections.days", { days: inspection.days })}
        {"　"}
        {text("inspections.reason", { reason: inspection.reason })}
      </p>
      {decidedBy && decidedAt && (
        <p className="text-sm text-ink-2">
          {text("inspections.decided", {
            person: decidedBy.name,
            when: longMoment(decidedAt),
            reason: inspection.decidedBecause ?? "",
          })}
          {state === "open" && `　${text("inspections.until", { when: longMoment(inspection.expiresAt) })}`}
        </p>
      )}
      {state !== "refused" && <p className="text-sm text-ink-3">{told}</p>}
      {(inspection.mayDecide || inspection.mayRead) && (
        <div className="flex flex-wrap gap-3 pt-1">
          {inspection.mayDecide && (
            <>
              <Button kind="primary" onPress={() => onOpen({ kind: "consent", inspection })}>
                {text("inspections.consent")}
              </Button>
              <Button onPress={() => onOpen({ kind: "refuse", inspection })}>
                {text("inspections.refuse")}
              </Button>
            </>
          )}
          {inspection.mayRead &&
            rooms.map((room) => (
              <Button key={room.id} onPress={() => onRead({ inspectionId: inspection.id, room })}>
                {text("inspections.read", { room: room.name })}
              </Button>
            ))}
        </div>
      )}
    </div>
  );
}

function Decision({
  open: { kind, inspection },
  onClose,
  onDone,
}: {
  open: Extract<Open, { inspection: Inspection }>;
  onClose: () => void;
  onDone: (words: string) => void;
}) {
  const rooms = inspection.rooms.map(({ name }) => `「${name}」`).join("");
  const decide = async (reason: string) => {
    await request("POST", `/inspections/${inspection.id}/decision`, {
      body: { consents: kind === "consent", reason },
    });
    onDone(text(kind === "consent" ? "inspections.consented" : "inspections.refused"));
  };
  return (
    <ReasonDialog title={text(`inspections.${kind}`)} act={decide} onClose={onClose}>
      <p>
        {kind === "consent"
          ? text("inspections.consent.effect", {
              person: inspection.requestedBy.name,
              days: inspection.days,
              rooms,
            })
          : text("inspections.refuse.effect", { rooms })}
      </p>
    </ReasonDialog>
  );
}
