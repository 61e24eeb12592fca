import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { PlusIcon } from "#web/kit/components/icons.tsx";
import { Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { RoomItem, RoomPosting } from "../../contract.ts";
import { roomNameLimit } from "../../defaults/contract.ts";
import { sameElements, useChat, useChatState } from "../client/context.ts";
import { Choice } from "../components/choice.tsx";
import { text } from "../text/index.ts";

/** The rooms of everybody on the staff, and a new one. */
export function MunicipalityRooms() {
  const chat = useChat();
  const isReady = useStore(chat.isReady, (ready) => ready);
  const rooms = useChatState(
    (state) => Object.values(state.rooms).filter((room) => room.kind === "municipality"),
    sameElements,
  );
  const [isMaking, setMaking] = useState(false);
  return (
    <div className="flex flex-col items-start gap-4">
      {!isReady ? (
        <Loading className="w-full">
          <Skeleton className="h-14 w-full" />
        </Loading>
      ) : rooms.length === 0 ? (
        <p className="text-sm text-ink-2">{text("administration.everybody.none")}</p>
      ) : (
        <ul className="w-full divide-y divide-line rounded-xl border border-line">
          {rooms.map((room) => (
            <li key={room.id}>
              <RoomLink room={room} />
            </li>
          ))}
        </ul>
      )}
      <Button icon={<PlusIcon size={18} />} onPress={() => setMaking(true)}>
        {text("administration.everybody.new")}
      </Button>
      {isMaking && <MakeDialog onClose={() => setMaking(false)} />}
    </div>
  );
}

function RoomLink({ room }: { room: RoomItem }) {
  return (
    <Link
      to="/rooms/$roomId"
      params={{ roomId: room.id }}
      className="focus-inside flex min-h-14 flex-wrap items-center gap-x-3 px-4 py-2 hover:bg-hover"
    >
      <span className="min-w-0 font-bold break-words">
        <bdi>{room.name}</bdi>
      </span>
      <span className="text-sm text-ink-3">{text("room.members", { count: room.memberCount })}</span>
      {room.posting === "owners" && <Tag>{text("administration.everybody.owners")}</Tag>}
      {room.archivedAt !== null && <Tag tone="warn">{text("room.archived")}</Tag>}
    </Link>
  );
}

function MakeDialog({ onClose }: { onClose: () => void }) {
  const chat = useChat();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  // Most such rooms are for notices: a slip of one reaches everybody.
  const [posting, setPosting] = useState<RoomPosting>("owners");
  const [isChecked, setChecked] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const make = async () => {
    setChecked(true);
    if (name.trim() === "") return;
    setMaking(true);
    setProblem(undefined);
    try {
      const roomId = await chat.createRoom({ kind: "municipality", name: name.trim(), posting });
      tell(text("create.made", { name: name.trim() }));
      void navigate({ to: "/rooms/$roomId", params: { roomId } });
    } catch (error) {
      setProblem(wordsOf(error));
      setMaking(false);
    }
  };
  return (
    <Dialog
      title={text("administration.everybody.new")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="primary" isPending={isMaking} onPress={() => void make()}>
            {text("administration.everybody.do")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <p className="text-sm text-ink-2">{text("administration.everybody.effect")}</p>
        <TextField
          label={text("settings.name")}
          hint={text("administration.everybody.hint")}
          value={name}
          onChange={setName}
          maxLength={roomNameLimit}
          error={isChecked && name.trim() === "" ? text("settings.name.missing") : null}
        />
        <Choice
          legend={text("settings.posting")}
          value={posting}
          onChange={setPosting}
          choices={["owners", "everybody"]}
          words={(each) => text(`settings.posting.${each}`)}
        />
      </div>
    </Dialog>
  );
}
