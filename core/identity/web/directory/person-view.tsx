import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { ChatIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { PresenceWords, PresentAvatar } from "#web/kit/components/presence.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { Assignment, PersonProfile } from "../../contract.ts";
import { dayWords, lastDayWords } from "./day-words.ts";
import { EndPostDialog } from "./end-post-dialog.tsx";
import { text } from "./text/index.ts";
import { useDirectoryAnswer } from "./use-directory-answer.ts";

const EditPersonDialog = lazy(() => import("./edit-person-dialog.tsx"));

/** A person: posts, where and how to reach them, roles; and the way to talk. */
export function PersonView({
  personId,
  meId,
  canEdit,
  onStartChat,
}: {
  personId: string;
  meId: string;
  /** Administrators on the LGWAN side. */
  canEdit: boolean;
  onStartChat: (personId: string) => Promise<void>;
}) {
  const { value: profile, error, reload } = useDirectoryAnswer<PersonProfile>(`/people/${personId}`);
  const [isEditing, setEditing] = useState(false);
  const [ending, setEnding] = useState<{ post: Assignment; isBooked: boolean }>();
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!profile)
    return (
      <Loading className="flex gap-5 p-6">
        <Skeleton className="size-16" />
        <Skeleton className="h-16 w-64" />
      </Loading>
    );
  const { person } = profile;
  const guest = person.kind === "guest";
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" data-print="grow">
      <header className="flex flex-wrap items-center gap-5 border-b border-line px-6 py-5 max-md:px-4">
        <PresentAvatar person={person} size={64} />
        <div className="min-w-0 flex-1 basis-52">
          <p className="text-sm text-ink-3">
            <bdi>{person.kana}</bdi>
          </p>
          <h2 className="text-xl font-bold break-words">
            <PersonName person={person} />
          </h2>
          <p className="text-ink-2 break-words">{placeOf(person)}</p>
          <p>
            <PresenceWords personId={person.id} className="font-bold" />
          </p>
        </div>
        {profile.canChat && (
          <Button
            kind="primary"
            icon={<ChatIcon />}
            className="max-md:w-full"
            onPress={() => void onStartChat(person.id)}
          >
            {text("person.chat")}
          </Button>
        )}
        {canEdit && !profile.hasLeft && (
          <Button className="max-md:w-full" onPress={() => setEditing(true)}>
            {text("edit.open")}
          </Button>
        )}
        {person.id === meId && <p className="text-sm text-ink-3">{text("person.self")}</p>}
      </header>
      <div className="flex max-w-3xl flex-col gap-6 px-6 py-5 max-md:px-4">
        {profile.hasLeft && <Notice tone="warn">{text("person.left")}</Notice>}
        {profile.leavesOn && !profile.hasLeft && (
          <Notice tone="warn">{text("person.leaves", { day: lastDayWords(profile.leavesOn) })}</Notice>
        )}
        {!guest && profile.number !== null && (
          <Part title={text("person.contact")}>
            <dl className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
              <Fact name={text("person.extension")} value={profile.extension} />
              <Fact name={text("person.phone")} value={profile.phone} />
              <Fact name={text("person.workplace")} value={profile.workplace} />
              <Fact name={text("person.number")} value={profile.number} />
              {profile.formerName && <Fact name={text("person.formerName")} value={profile.formerName} />}
            </dl>
          </Part>
        )}
        {guest && (
          <Part title={text("person.contact")}>
            <dl className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
              <Fact name={text("person.affiliation")} value={person.affiliation} />
              {profile.sponsor && (
                <div>
                  <dt className="text-sm text-ink-3">{text("person.sponsor")}</dt>
                  <dd>
                    <Link
                      to="/people/$personId"
                      params={{ personId: profile.sponsor.id }}
                      className="inline-block min-h-6 text-link underline underline-offset-4"
                    >
                      <bdi>{profile.sponsor.name}</bdi>
                    </Link>
                    <span className="ml-2 text-sm text-ink-2">{placeOf(profile.sponsor)}</span>
                  </dd>
                </div>
              )}
            </dl>
          </Part>
        )}
        {profile.posts.length > 0 && (
          <Part title={text("person.posts")}>
            <Posts
              posts={profile.posts}
              action={(post) =>
                canEdit && !post.isMain && !profile.hasLeft
                  ? { words: text("post.end"), do: () => setEnding({ post, isBooked: false }) }
                  : undefined
              }
            />
          </Part>
        )}
        {profile.upcoming.length > 0 && (
          <Part title={text("person.upcoming")}>
            <Posts
              posts={profile.upcoming}
              action={(post) =>
                canEdit
                  ? { words: text("post.takeBack"), do: () => setEnding({ post, isBooked: true }) }
                  : undefined
              }
            />
          </Part>
        )}
        {profile.roles.length > 0 && (
          <Part title={text("person.roles")}>
            <ul className="flex flex-col gap-1">
              {profile.roles.map(({ role, section }) => (
                <li key={`${role} ${section.id}`} className="flex flex-wrap gap-x-3">
                  <span className="font-bold">{text(`role.${role}`)}</span>
                  <SectionLink section={section} />
                </li>
              ))}
            </ul>
          </Part>
        )}
      </div>
      {ending && (
        <EndPostDialog
          personId={person.id}
          {...ending}
          onClose={() => setEnding(undefined)}
          onChanged={reload}
        />
      )}
      <Suspense>
        {isEditing && (
          <EditPersonDialog profile={profile} onClose={() => setEditing(false)} onChanged={reload} />
        )}
      </Suspense>
    </div>
  );
}

function Posts({
  posts,
  action,
}: {
  posts: readonly Assignment[];
  /** What can be done with a post, if anything. */
  action: (post: Assignment) => { words: string; do: () => void } | undefined;
}) {
  return (
    <ul className="flex flex-col divide-y divide-line">
      {posts.map((post) => {
        const offered = action(post);
        return (
          <li key={post.id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-2">
            <Tag tone={post.isMain ? "accent" : "plain"}>
              {text(post.isMain ? "person.post.main" : "person.post.concurrent")}
            </Tag>
            <SectionLink section={post.section} />
            {post.postName && <span className="font-bold">{post.postName}</span>}
            <span className="text-sm text-ink-3">
              {text("person.since", { day: dayWords(post.from) })}
              {post.until && `　${text("person.until", { day: lastDayWords(post.until) })}`}
            </span>
            {offered && (
              <Button kind="quiet" size="small" className="ml-auto" onPress={offered.do}>
                {offered.words}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function SectionLink({ section }: { section: { id: string; name: string } }) {
  return (
    <Link
      to="/people/sections/$sectionId"
      params={{ sectionId: section.id }}
      className="inline-block min-h-6 text-link underline underline-offset-4"
    >
      <bdi>{section.name}</bdi>
    </Link>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-xl border border-line p-4">
      <h3 className="mb-2 text-sm font-bold text-ink-3">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string | null }) {
  return (
    <div>
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className="break-words">
        {value ? <bdi>{value}</bdi> : <span className="text-ink-3">{text("person.unknown")}</span>}
      </dd>
    </div>
  );
}
