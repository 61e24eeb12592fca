import { Link, type LinkProps, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import {
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useState,
  useSyncExternalStore,
} from "react";
import { chatText } from "#capabilities/chat/web/index.ts";
import { AccountMenu, identityText, loadOperatorGuard, loadSignOutDialog } from "#core/identity/web/index.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Badge } from "#web/kit/components/badge.tsx";
import { classes } from "#web/kit/components/classes.ts";
import {
  ChatIcon,
  DutyIcon,
  HelpIcon,
  KeyboardIcon,
  LockIcon,
  PeopleIcon,
  SearchIcon,
  SettingsIcon,
} from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { ZoneBand } from "#web/kit/components/zone-band.tsx";
import { useShortcuts } from "#web/kit/keys/shortcuts.ts";
import { useStore } from "#web/kit/state/store.ts";
import { ConnectionState } from "./connection-state.tsx";
import { IdleGuard } from "./idle/idle-guard.tsx";
import { type SignedIn, signOut } from "./session.ts";
import { text } from "./text/index.ts";
import { isTourShown } from "./tour/tour-state.ts";
import { UpdateNotice } from "./update-notice.tsx";

const KeysDialog = lazy(() => import("./keys-dialog.tsx"));
const loadSwitcher = () => import("./switcher/quick-switcher.tsx");
const QuickSwitcher = lazy(loadSwitcher);
const Tour = lazy(() => import("./tour/tour.tsx"));
const SignOutDialog = lazy(loadSignOutDialog);
const OperatorGuard = lazy(loadOperatorGuard);

/** The one shell: band, rail and what is open. On a phone the rail is a bar below, out of the way while one writes. */
export function AppShell({ signedIn }: { signedIn: SignedIn }) {
  const { me, sync, running } = signedIn;
  const [open, setOpen] = useState<"keys" | "switcher" | "sign-out">();
  const navigate = useNavigate();
  const isTouring = useStore(isTourShown, (shown) => shown);
  const isInRoom = /^\/rooms\/./.test(useLocation({ select: (location) => location.pathname }));
  const waiting = useStore(running[0]!.waiting, (count) => count);
  const duties = useDuties(running);
  const unsent = () => running.reduce((sum, module) => sum + module.countUnsent(), 0);

  useEffect(() => {
    const name = `${text("nav.chat")} | ${me.tenant.name}`;
    document.title = waiting > 0 ? `(${waiting > 99 ? "99+" : waiting}) ${name}` : name;
    // On the home screen and the task bar, where the browser can.
    void (waiting > 0 ? navigator.setAppBadge?.(waiting) : navigator.clearAppBadge?.())?.catch(() => {});
  }, [waiting, me]);

  // At rest it is fetched beforehand: people type on as soon as they have pressed Ctrl+K.
  useEffect(() => {
    const timer = setTimeout(() => void loadSwitcher().catch(() => {}), 2000);
    return () => clearTimeout(timer);
  }, []);

  useShortcuts({ "?": () => setOpen("keys"), "ctrl+k": () => setOpen("switcher") });

  const leave = () => {
    setOpen(undefined);
    signOut().catch((error) =>
      tell(identityText("account.signOut.failed", { why: wordsOf(error) }), "danger"),
    );
  };
  const close = () => setOpen(undefined);
  const askToLeave = () => (unsent() > 0 ? setOpen("sign-out") : leave());
  const menu = (className?: string) => (
    <AccountMenu
      me={me}
      className={className ?? ""}
      onSignOut={askToLeave}
      items={[
        {
          id: "settings",
          icon: <SettingsIcon />,
          words: text("settings.title"),
          onAction: () => void navigate({ to: "/settings" }),
        },
        {
          id: "help",
          icon: <HelpIcon />,
          words: text("help.title"),
          onAction: () => void navigate({ to: "/help" }),
        },
        { id: "keys", icon: <KeyboardIcon />, words: text("keys.title"), onAction: () => setOpen("keys") },
      ]}
    />
  );
  let screen: ReactNode = <Outlet />;
  for (const { Provider } of running) screen = <Provider>{screen}</Provider>;

  return (
    <div className="flex h-dvh flex-col print:h-auto">
      <IdleGuard me={me} onSignOut={leave} />
      <a
        href="#contents"
        className="absolute left-2 top-2 z-50 -translate-y-20 rounded-lg bg-raised px-4 py-2 font-bold text-link shadow-2 focus:translate-y-0"
      >
        {text("nav.skip")}
      </a>
      <div data-print="hide">
        <ZoneBand zone={me.zone} name={<bdi>{me.tenant.name}</bdi>}>
          {me.person.kind === "section" && (
            <Suspense>
              <OperatorGuard me={me} />
            </Suspense>
          )}
          <ConnectionState sync={sync} />
        </ZoneBand>
      </div>
      <UpdateNotice />
      <div className="flex min-h-0 flex-1 max-md:flex-col-reverse" data-print="grow">
        <nav
          aria-label={text("nav.label")}
          data-print="hide"
          className={classes(
            "flex shrink-0 border-line bg-ground md:w-18 md:flex-col md:items-center md:border-r md:py-2",
            "max-md:items-center max-md:justify-around max-md:border-t max-md:pb-[env(safe-area-inset-bottom)]",
            isInRoom && "max-md:hidden",
          )}
        >
          <RailLink to="/rooms" icon={<ChatIcon size={24} />} words={text("nav.chat")} waiting={waiting} />
          <RailLink
            to="/waiting"
            icon={<DutyIcon size={24} />}
            words={text("nav.waiting")}
            waiting={duties}
            countLabel={chatText("waiting.badge", { count: duties })}
          />
          <RailLink to="/people" icon={<PeopleIcon size={24} />} words={text("nav.people")} />
          <button
            type="button"
            onClick={() => setOpen("switcher")}
            aria-keyshortcuts="Control+K"
            title={text("switcher.title")}
            className="flex min-h-14 w-16 flex-col items-center justify-center gap-0.5 rounded-lg text-xs text-ink-2 hover:bg-hover"
          >
            <SearchIcon size={24} />
            {text("nav.find")}
          </button>
          <span className="flex-1 max-md:hidden" />
          {(me.account.isAdministrator || me.account.isAskedForOffice) && (
            <RailLink
              to="/administration"
              icon={<LockIcon size={24} />}
              words={text("administration.title")}
            />
          )}
          <RailLink to="/settings" icon={<SettingsIcon size={24} />} words={text("nav.settings")} />
          <button
            type="button"
            onClick={() => setOpen("keys")}
            aria-label={text("keys.title")}
            title={text("keys.title")}
            className="mb-1 inline-flex size-12 items-center justify-center rounded-lg text-ink-2 hover:bg-hover max-md:hidden"
          >
            <KeyboardIcon size={22} />
          </button>
          {menu()}
        </nav>
        <div
          id="contents"
          tabIndex={-1}
          className="flex min-h-0 min-w-0 flex-1 outline-none! shadow-none!"
          data-print="grow"
        >
          {screen}
        </div>
      </div>
      <Suspense>
        {isTouring && open === undefined && <Tour />}
        {open === "keys" && <KeysDialog onClose={close} />}
        {open === "switcher" && (
          <QuickSwitcher
            me={me}
            running={running}
            actions={{ showKeys: () => setOpen("keys"), signOut: askToLeave }}
            onClose={close}
          />
        )}
        {open === "sign-out" && <SignOutDialog count={unsent()} onStay={close} onSignOut={leave} />}
      </Suspense>
    </div>
  );
}

/** What waits for the reader in all modules together. */
function useDuties(running: SignedIn["running"]): number {
  const subscribe = useCallback(
    (changed: () => void) => {
      const ends = running.map((module) => module.duties.subscribe(changed));
      return () => {
        for (const end of ends) end();
      };
    },
    [running],
  );
  return useSyncExternalStore(subscribe, () => running.reduce((sum, module) => sum + module.duties.get(), 0));
}

function RailLink({
  to,
  icon,
  words,
  waiting = 0,
  countLabel = chatText("unread.count", { count: waiting }),
}: {
  to: LinkProps["to"];
  icon: ReactNode;
  words: string;
  waiting?: number;
  countLabel?: string;
}) {
  return (
    <Link
      to={to}
      className="relative flex min-h-14 w-16 flex-col items-center justify-center gap-0.5 rounded-lg text-xs hover:bg-hover"
      activeProps={{ className: "bg-accent-soft font-bold text-accent" }}
      inactiveProps={{ className: "text-ink-2" }}
      activeOptions={{ exact: false }}
    >
      {icon}
      {words}
      <span className="absolute right-1 top-0.5">
        <Badge count={waiting} label={countLabel} tone="danger" />
      </span>
    </Link>
  );
}
