import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useDeferredValue, useState } from "react";
import { classes } from "#web/kit/components/classes.ts";
import { ChatIcon } from "#web/kit/components/icons.tsx";
import { Empty } from "#web/kit/components/states.tsx";
import { RoomList } from "../components/room-list.tsx";
import { type RoomSearch, RoomView } from "../components/room-view.tsx";
import { text } from "../text/index.ts";

const FindRoomsDialog = lazy(() => import("../components/find-rooms-dialog.tsx"));
const CreateRoomDialog = lazy(() => import("../components/create-room-dialog.tsx"));

/** Rooms beside the open room; on a phone one of the two. Widths are asked of the page in rem, so that large text gets fewer panes. */
export function ChatPage({ roomId, search }: { roomId: string | undefined; search: RoomSearch }) {
  const navigate = useNavigate();
  const [isCreating, setCreating] = useState(false);
  const [isFinding, setFinding] = useState(false);
  // On a phone an open room covers the list: it is drawn behind the room.
  const isListDrawn = useDeferredValue(true, !(roomId && matchMedia("(width < 48rem)").matches));
  return (
    <main
      className="@container/chat relative flex min-h-0 min-w-0 flex-1"
      aria-label={text("chat")}
      data-print="grow"
    >
      <h1 className="sr-only">{text("chat")}</h1>
      <div
        className={classes(
          "min-h-0 w-full border-line bg-ground md:w-[min(19rem,38%)] md:shrink-0 md:border-r @min-[64rem]/chat:w-84",
          roomId && "max-md:hidden",
        )}
      >
        {isListDrawn && (
          <RoomList openRoomId={roomId} onCreate={() => setCreating(true)} onFind={() => setFinding(true)} />
        )}
      </div>
      {roomId ? (
        <RoomView roomId={roomId} search={search} />
      ) : (
        <div className="flex flex-1 flex-col justify-center bg-sunken max-md:hidden">
          <Empty title={text("room.choose")} icon={<ChatIcon size={36} />}>
            {text("room.choose.next")}
          </Empty>
        </div>
      )}
      <Suspense>
        {isFinding && (
          <FindRoomsDialog
            onClose={() => setFinding(false)}
            onOpen={(found) => {
              setFinding(false);
              void navigate({ to: "/rooms/$roomId", params: { roomId: found } });
            }}
          />
        )}
        {isCreating && (
          <CreateRoomDialog
            onClose={() => setCreating(false)}
            onMade={(made) => {
              setCreating(false);
              void navigate({ to: "/rooms/$roomId", params: { roomId: made } });
            }}
          />
        )}
      </Suspense>
    </main>
  );
}
