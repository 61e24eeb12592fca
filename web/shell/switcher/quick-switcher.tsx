import { useRouter } from "@tanstack/react-router";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import type { Me } from "#core/identity/contract.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Badge } from "#web/kit/components/badge.tsx";
import { IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { CloseIcon, SearchIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { isComposing } from "#web/kit/keys/shortcuts.ts";
import type { Jump, JumpSource, RunningModule } from "#web/kit/module.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import { text } from "../text/index.ts";
import { makeCommands, type ShellActions } from "./commands.tsx";
import { order } from "./order.ts";
import { loadSections, noSections, type Sections } from "./sections.tsx";

/** Waits so long after a key before the server is asked. */
const restBeforeAsking = 150;
/** What was loaded last serves until the next answer. */
const lastSections = new WeakMap<Me, Sections>();

/**
 * Goes to a room, a person, a section or a command by a few letters: kanji, kana or romaji. Opened by Ctrl+K; the focus
 * stays in the field, the arrows choose, Enter goes, Escape comes back.
 */
export default function QuickSwitcher({
  me,
  running,
  actions,
  onClose,
}: {
  me: Me;
  running: readonly RunningModule[];
  actions: ShellActions;
  onClose: () => void;
}) {
  const router = useRouter();
  const [commands] = useState(() => makeCommands(actions));
  const id = useId();
  const [words, setWords] = useState("");
  const [sources, setSources] = useState<readonly JumpSource[]>();
  const [sections, setSections] = useState<Sections>(lastSections.get(me) ?? noSections);
  const [found, setFound] = useState<{ words: string; jumps: readonly Jump[] }>({ words: "", jumps: [] });
  const [problem, setProblem] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [opening, setOpening] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const asked = words.trim();

  useEffect(() => {
    const closed = new AbortController();
    void Promise.all(running.flatMap((module) => module.loadJumps?.() ?? [])).then(
      (loaded) => closed.signal.aborted || setSources(loaded),
    );
    // A guest is shown no organisation.
    if (me.person.kind !== "guest")
      loadSections(closed.signal).then(
        (loaded) => {
          lastSections.set(me, loaded);
          setSections(loaded);
        },
        () => {
          // Rooms and people are found without them.
        },
      );
    return () => closed.abort();
  }, [running, me]);

  useEffect(() => {
    setProblem(undefined);
    if (asked === "" || !sources) return;
    setAsking(true);
    const search = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answers = await Promise.all(
          sources.map((source) => source.search?.(asked, search.signal) ?? []),
        );
        setFound({ words: asked, jumps: answers.flat() });
        setAsking(false);
      } catch (error) {
        if (search.signal.aborted) return;
        setProblem(wordsOf(error));
        setAsking(false);
      }
    }, restBeforeAsking);
    return () => {
      clearTimeout(timer);
      search.abort();
    };
  }, [asked, sources]);

  const groups = useMemo(() => {
    const here = [
      ...(sources ?? []).flatMap((source) => source.list(asked, sections.readingOf)),
      ...sections.list(asked),
      ...commands(asked),
    ];
    // While the next answer is awaited, the last one still shows: nothing flickers.
    return order(asked === "" ? here : [...here, ...found.jumps]);
  }, [asked, sources, sections, commands, found]);
  const jumps = groups.flatMap((group) => group.jumps);
  const at = Math.min(chosen, jumps.length - 1);
  const current = jumps[at];

  useEffect(() => {
    if (current) document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [current, at, id]);

  const open = async (jump: Jump | undefined) => {
    if (!jump || opening) return;
    setOpening(true);
    // A command may open a dialog of its own in the place of this one.
    if (jump.kind === "command") onClose();
    try {
      const address = await jump.open();
      if (jump.kind !== "command") onClose();
      if (address !== undefined) router.history.push(address);
    } catch (error) {
      tell(wordsOf(error), "danger");
      setOpening(false);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    const last = jumps.length - 1;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: at >= last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(last, at + 7),
      PageUp: Math.max(0, at - 7),
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setChosen(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      void open(current);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      onClose();
    }
  };

  let index = -1;
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className="fixed inset-0 z-40 flex items-start justify-center bg-scrim md:p-6 md:pt-[10dvh]"
    >
      <Modal className="flex h-dvh w-full animate-appear flex-col overflow-hidden bg-raised shadow-3 md:h-auto md:max-h-[76dvh] md:max-w-2xl md:rounded-2xl">
        <AriaDialog aria-label={text("switcher.title")} className="flex min-h-0 flex-1 flex-col outline-none">
          <div className="flex items-center gap-2 border-b border-line py-1.5 pl-4 pr-2">
            <span className="text-ink-3">
              <SearchIcon />
            </span>
            <input
              // biome-ignore lint/a11y/noAutofocus: the dialog is there for this field
              autoFocus
              type="text"
              role="combobox"
              value={words}
              onChange={(event) => {
                setWords(event.target.value);
                setChosen(0);
              }}
              onKeyDown={onKeyDown}
              placeholder={text("switcher.hint")}
              aria-label={text("switcher.label")}
              aria-expanded={jumps.length > 0}
              aria-controls={`${id}-list`}
              aria-autocomplete="list"
              aria-activedescendant={current ? `${id}-${at}` : undefined}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              enterKeyHint="go"
              className="min-h-11 min-w-0 flex-1 bg-transparent text-base outline-none! shadow-none! placeholder:text-ink-3"
            />
            <IconButton label={kitText("action.close")} icon={<CloseIcon />} onPress={onClose} />
          </div>
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label={text("switcher.label")}
            className="min-h-0 flex-1 overflow-y-auto py-1"
          >
            {groups.map((group) => (
              // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox
              <div key={group.kind} role="group" aria-labelledby={`${id}-${group.kind}`}>
                <p
                  id={`${id}-${group.kind}`}
                  role="presentation"
                  className="px-4 pb-0.5 pt-2 text-xs font-bold text-ink-3"
                >
                  {asked === "" && group.kind === "room"
                    ? text("switcher.recent")
                    : text(`switcher.kind.${group.kind}`)}
                </p>
                {group.jumps.map((jump) => {
                  index++;
                  const place = index;
                  return (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and its keys choose
                    <div
                      key={jump.id}
                      id={`${id}-${place}`}
                      role="option"
                      tabIndex={-1}
                      aria-selected={place === at}
                      onMouseDown={(event) => event.preventDefault()}
                      onMouseMove={() => place !== at && setChosen(place)}
                      onClick={() => void open(jump)}
                      className={classes(
                        "flex min-h-11 items-center gap-3 px-4 py-1",
                        place === at && "bg-accent-soft",
                      )}
                    >
                      <span className="inline-flex w-7 shrink-0 justify-center text-ink-2">
                        {jump.picture}
                      </span>
                      <span className="min-w-0 flex-1 truncate">
                        <bdi className={classes((jump.unread ?? 0) > 0 && "font-bold")}>{jump.title}</bdi>
                        {jump.note && <span className="ml-2 text-sm text-ink-3">{jump.note}</span>}
                      </span>
                      <Badge
                        count={jump.unread ?? 0}
                        label={text("switcher.unread", { count: jump.unread ?? 0 })}
                        tone={jump.isMentioned ? "danger" : "accent"}
                      />
                    </div>
                  );
                })}
              </div>
            ))}
          </div>
          {jumps.length === 0 && sources && !isAsking && !problem && (
            <p className="px-5 py-6 text-center text-sm text-ink-2">
              {text("switcher.none", { words: asked })}
            </p>
          )}
          {problem && (
            <p role="alert" className="border-t border-line px-4 py-2 text-sm text-warn">
              {problem}
            </p>
          )}
          <p role="status" className="sr-only">
            {asked !== "" && !isAsking && text("switcher.count", { count: jumps.length })}
          </p>
          <p className="border-t border-line px-4 py-2 text-xs text-ink-3 max-md:hidden">
            {text("switcher.keys")}
          </p>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
