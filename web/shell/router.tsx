/** Addresses. What is open stands in the address, so that it can be sent to a colleague and survives a reload. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { ChatPage, loadWaitingPage, type RoomSearch } from "#capabilities/chat/web/index.ts";
import { loadGovernanceAttention } from "#capabilities/governance/web/index.ts";
import { loadGuestAttention } from "#capabilities/guests/web/index.ts";
import { loadCarryOutAttention, loadCarryOutsPage, loadViewerPage } from "#core/files/web/index.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Empty } from "#web/kit/components/states.tsx";
import { DirectoryRoute, type PeopleSearch } from "./directory-route.tsx";
import { Root } from "./root.tsx";
import { session } from "./session.ts";
import { text } from "./text/index.ts";

const GovernanceAttention = lazy(loadGovernanceAttention);
const GuestAttention = lazy(loadGuestAttention);
const CarryOutAttention = lazy(loadCarryOutAttention);
const CarryOutsPage = lazy(loadCarryOutsPage);
const ViewerPage = lazy(loadViewerPage);
const HelpPage = lazy(() => import("./help/help-page.tsx"));
const WaitingPage = lazy(loadWaitingPage);
const AdministrationPage = lazy(() => import("./administration/administration-page.tsx"));
const SettingsPage = lazy(() => import("./settings/settings-page.tsx"));

const root = createRootRoute({ component: Root, notFoundComponent: Missing, errorComponent: Crash });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/rooms", replace: true });
  },
});

/** Kept as an address of its own: bookmarks and the operator's guide name it. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  beforeLoad: () => {
    throw redirect({ to: "/rooms", replace: true });
  },
});

/** Where an identity provider sends people back; the page before one is in takes what it brings. */
const providerReturn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/return",
  beforeLoad: () => {
    if (session.get().kind === "signed-in") throw redirect({ to: "/rooms", replace: true });
  },
  component: () => <SignedInAlready />,
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: "/set-up",
  beforeLoad: () => {
    throw redirect({ to: "/rooms", replace: true });
  },
});

/** Where an invitation is accepted; who is signed in already has no use for it. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: () => <SignedInAlready />,
});

const chat = createRoute({ getParentRoute: () => root, id: "chat", component: Outlet });

const rooms = createRoute({
  getParentRoute: () => chat,
  path: "/rooms",
  component: () => <ChatPage roomId={undefined} search={{}} />,
});

const room = createRoute({
  getParentRoute: () => chat,
  path: "/rooms/$roomId",
  validateSearch: (search: Record<string, unknown>): RoomSearch => ({
    at: seqOf(search.at),
    panel:
      search.panel === "members" || search.panel === "threads" || search.panel === "files"
        ? search.panel
        : undefined,
    readers: seqOf(search.readers),
    thread: seqOf(search.thread),
  }),
  component: function RoomPage() {
    return <ChatPage roomId={room.useParams().roomId} search={room.useSearch()} />;
  },
});

const waiting = createRoute({
  getParentRoute: () => root,
  path: "/waiting",
  component: () => (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <Suspense>
        <GovernanceAttention />
        <GuestAttention />
        <CarryOutAttention />
      </Suspense>
      <WaitingPage />
    </div>
  ),
});

const file = createRoute({
  getParentRoute: () => root,
  path: "/files/$fileId",
  // An earlier version; the newest when left out.
  validateSearch: (search: Record<string, unknown>): { version?: number | undefined } => ({
    version: seqOf(search.version),
  }),
  component: function FilePage() {
    const { version } = file.useSearch();
    const { fileId } = file.useParams();
    return <ViewerPage key={`${fileId} ${version}`} fileId={fileId} version={version} />;
  },
});

const carryOuts = createRoute({
  getParentRoute: () => root,
  path: "/carry-outs",
  component: () => <CarryOutsPage />,
});

/** The address of one message, as it is copied and sent on. */
const message = createRoute({
  getParentRoute: () => chat,
  path: "/rooms/$roomId/messages/$seq",
  beforeLoad: ({ params }) => {
    throw redirect({
      to: "/rooms/$roomId",
      params: { roomId: params.roomId },
      search: { at: seqOf(params.seq) },
      replace: true,
    });
  },
});

/** One page for all addresses below /people, so that tree, search and scroll stay while one goes from person to person. */
const directory = createRoute({ getParentRoute: () => root, id: "directory", component: DirectoryRoute });

const people = createRoute({
  getParentRoute: () => directory,
  path: "/people",
  validateSearch: (search: Record<string, unknown>): PeopleSearch => ({
    ...(typeof search.q === "string" && { q: search.q.slice(0, 200) }),
    ...(typeof search.section === "string" && { section: search.section }),
  }),
});

const person = createRoute({ getParentRoute: () => directory, path: "/people/$personId" });
const peopleSection = createRoute({ getParentRoute: () => directory, path: "/people/sections/$sectionId" });
const imports = createRoute({ getParentRoute: () => directory, path: "/people/imports" });
const oneImport = createRoute({ getParentRoute: () => directory, path: "/people/imports/$importId" });
const sectionRoles = createRoute({ getParentRoute: () => directory, path: "/people/roles" });

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: () => <SettingsPage sectionId={undefined} />,
});

const settingsSection = createRoute({
  getParentRoute: () => root,
  path: "/settings/$section",
  component: function SectionPage() {
    return <SettingsPage sectionId={settingsSection.useParams().section} />;
  },
});

const administration = createRoute({
  getParentRoute: () => root,
  path: "/administration",
  component: () => <AdministrationPage sectionId={undefined} />,
});

const administrationSection = createRoute({
  getParentRoute: () => root,
  path: "/administration/$section",
  component: function AdministrationSectionPage() {
    return <AdministrationPage sectionId={administrationSection.useParams().section} />;
  },
});

const help = createRoute({ getParentRoute: () => root, path: "/help", component: () => <HelpPage /> });

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    signIn,
    providerReturn,
    setUp,
    invitation,
    chat.addChildren([rooms, room, message]),
    waiting,
    file,
    carryOuts,
    directory.addChildren([people, person, peopleSection, sectionRoles, imports, oneImport]),
    settings,
    settingsSection,
    administration,
    administrationSection,
    help,
  ]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function seqOf(value: unknown): number | undefined {
  const seq = Number(value);
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
}

function SignedInAlready() {
  return (
    <main className="flex flex-1 flex-col justify-center">
      <Empty title={text("invitation.signedIn")}>
        <p className="mb-4">{text("invitation.signedIn.next")}</p>
        <Link to="/rooms" className="font-bold text-link underline underline-offset-4">
          {text("page.toChat")}
        </Link>
      </Empty>
    </main>
  );
}

function Missing() {
  return (
    <main className="flex flex-1 flex-col justify-center">
      <Empty title={text("page.missing")}>
        <p className="mb-4">{text("page.missing.next")}</p>
        <Link to="/rooms" className="font-bold text-link underline underline-offset-4">
          {text("page.toChat")}
        </Link>
      </Empty>
    </main>
  );
}

function Crash({ error }: ErrorComponentProps) {
  console.error(error);
  return (
    <main className="flex h-full flex-col justify-center">
      <Empty title={text("crash.title")}>
        <p className="mb-4">{text("crash.next")}</p>
        <Button onPress={() => location.reload()}>{text("crash.reload")}</Button>
      </Empty>
    </main>
  );
}
