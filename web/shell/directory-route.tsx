import { useLocation, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { type DirectoryView, loadDirectoryPage } from "#core/identity/web/index.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { session } from "./session.ts";

const DirectoryPage = lazy(loadDirectoryPage);

/** The directory inside the shell, which knows where a chat with somebody is opened. */
export function DirectoryRoute() {
  const view = useView();
  const me = useStore(session, (now) => (now.kind === "signed-in" ? now.signedIn.me : undefined));
  const navigate = useNavigate();
  if (!me) return null;
  const startChat = async (personId: string) => {
    try {
      const room = await request<{ id: string }>("POST", "/rooms", {
        body: { kind: "direct", memberIds: [personId] },
        idempotencyKey: crypto.randomUUID(),
      });
      await navigate({ to: "/rooms/$roomId", params: { roomId: room.id } });
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
  };
  return (
    <Suspense>
      <DirectoryPage me={me} view={view} onStartChat={startChat} />
    </Suspense>
  );
}

/** What stands behind /people?. */
export type PeopleSearch = { q?: string; section?: string };

function useView(): DirectoryView {
  const path = useLocation({ select: (location) => location.pathname });
  const { personId, sectionId, importId } = useParams({ strict: false });
  const { q, section } = useSearch({ strict: false });
  if (path === "/people/roles") return { kind: "roles" };
  if (path === "/people/imports") return { kind: "imports" };
  if (importId !== undefined) return { kind: "import", importId };
  if (sectionId !== undefined) return { kind: "section", sectionId };
  if (personId !== undefined) return { kind: "person", personId };
  return { kind: "people", words: q ?? "", sectionId: section };
}
