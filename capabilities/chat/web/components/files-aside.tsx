import { lazy, Suspense } from "react";
import { filesText, loadFilesPanel } from "#core/files/web/index.ts";
import { IconButton } from "#web/kit/components/button.tsx";
import { CloseIcon } from "#web/kit/components/icons.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import type { RoomItem } from "../../contract.ts";

const FilesPanel = lazy(loadFilesPanel);

/** 資料: the room's library beside its messages. */
export default function FilesAside({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  return (
    <aside
      aria-label={filesText("panel.title")}
      data-print="hide"
      className="absolute inset-0 z-30 flex min-h-0 flex-col border-l border-line bg-ground @min-[60rem]/chat:static @min-[60rem]/chat:w-96 @min-[60rem]/chat:shrink-0"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex min-h-14 items-center gap-2 border-b border-line pl-4 pr-2">
        <h2 className="min-w-0 flex-1">
          <span className="block text-base font-bold leading-6">{filesText("panel.title")}</span>
          <bdi className="block truncate text-xs font-normal text-ink-3">{room.name}</bdi>
        </h2>
        <IconButton autoFocus label={kitText("action.close")} icon={<CloseIcon />} onPress={onClose} />
      </header>
      <Suspense>
        <FilesPanel key={room.id} roomId={room.id} />
      </Suspense>
    </aside>
  );
}
