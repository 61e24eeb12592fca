import { type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { romajiPattern } from "#shared/romaji.ts";
import { searchKey } from "#shared/text.ts";
import { request } from "#web/kit/api/client.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { MentionTargetsPage, RoomItem } from "../../contract.ts";
import { useChatState } from "../client/context.ts";
import { type Candidate, listCandidates } from "../client/mention-candidates.ts";
import { isRefused } from "./mention-list.tsx";

const candidatesShown = 7;

export type MentionPicking = {
  candidates: readonly Candidate[];
  isPicking: boolean;
  /** The place of the one that Enter takes. */
  picked: number;
  choose: (index: number) => void;
  /** Offers again what was put away with Escape. */
  offerAgain: () => void;
  pick: (candidate: Candidate | undefined) => void;
  /** True when the key was for the list. */
  takesKey: (event: KeyboardEvent) => boolean;
};

/**
 * Whom the `@…` before the caret may mean, and the keys that choose among them while the field keeps the focus.
 *
 * @param onPick puts the candidate into the text, from this place on up to the caret
 */
export function useMentionPicking(
  room: RoomItem,
  body: string,
  caret: number,
  onPick: (candidate: Candidate, from: number) => void,
): MentionPicking {
  const me = useChatState((state) => state.me);
  const members = useChatState((state) => state.members[room.id]);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<number>();
  const [targets, setTargets] = useState<MentionTargetsPage>();
  const query = useMemo(() => findMentionQuery(body, caret), [body, caret]);
  const isAsking = query !== undefined && room.kind !== "direct";

  useEffect(() => {
    if (!isAsking) return;
    const asked = new AbortController();
    request<MentionTargetsPage>("GET", `/rooms/${room.id}/mention-targets`, { signal: asked.signal }).then(
      setTargets,
      () => {},
    );
    return () => asked.abort();
  }, [isAsking, room.id]);
  // Whoever takes the @ away and types it again is asking again.
  useEffect(() => {
    if (!query) setDismissed(undefined);
  }, [query]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first one again when something else was typed
  useEffect(() => setChosen(0), [body]);

  const candidates = useMemo((): readonly Candidate[] => {
    if (!query || query.from === dismissed || !members) return [];
    const pattern = romajiPattern(searchKey(query.words));
    const people = Object.values(members).map((member) => member.person);
    const facts = {
      me,
      language: currentLanguage(),
      romaji: pattern === undefined ? undefined : new RegExp(pattern, "u"),
      everybody: "全員\nall everyone everybody",
    };
    return listCandidates(query.words, people, targets, facts, candidatesShown);
  }, [query, dismissed, members, me, targets]);
  const isPicking = candidates.length > 0;
  const picked = Math.min(chosen, candidates.length - 1);

  const pick = (candidate: Candidate | undefined) => {
    if (candidate && query && !isRefused(candidate)) onPick(candidate, query.from);
  };
  const takesKey = (event: KeyboardEvent): boolean => {
    if (!isPicking) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp")
      setChosen((picked + (event.key === "ArrowDown" ? 1 : candidates.length - 1)) % candidates.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && !event.ctrlKey)
      pick(candidates[picked]);
    else if (event.key === "Escape") setDismissed(query?.from);
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    candidates,
    isPicking,
    picked,
    choose: setChosen,
    offerAgain: () => setDismissed(undefined),
    pick,
    takesKey,
  };
}

/** The `@…` that is being typed before the caret, if any. */
function findMentionQuery(body: string, caret: number): { words: string; from: number } | undefined {
  const match = /(?:^|[\s\u3000、。（「])[@＠]([^\s\u3000@＠]{0,20})$/.exec(body.slice(0, caret));
  if (!match) return undefined;
  const words = match[1] ?? "";
  return { words, from: caret - words.length - 1 };
}
