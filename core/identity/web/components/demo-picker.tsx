import { useMemo, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { isClosedZone } from "#shared/zone-words.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { ChevronIcon } from "#web/kit/components/icons.tsx";
import { placeOf } from "#web/kit/components/person-name.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import type { SignInPage, SignInRequest, Zone } from "../../contract.ts";
import { text } from "../text/index.ts";

type DemoPerson = SignInPage["demoPeople"][number];
type Role = "executive" | "staff" | "section" | "guest";

const roles: readonly Role[] = ["executive", "staff", "section", "guest"];
/** Posts that lead the whole municipality or a part of it. */
const executivePost = /市長|町長|村長|知事|教育長|部長|局長|危機管理監|参事|理事|本部長/;

/** The demo's people by role. One press signs in; for a section account the operator is chosen beside it. */
export function DemoPicker({
  people,
  zone,
  isBusy,
  onPick,
}: {
  people: readonly DemoPerson[];
  zone: Zone;
  isBusy: boolean;
  onPick: (input: SignInRequest) => void;
}) {
  const byRole = useMemo(() => {
    const groups = new Map<Role, DemoPerson[]>(roles.map((role) => [role, []]));
    for (const person of people) groups.get(roleOf(person))!.push(person);
    return groups;
  }, [people]);
  const filled = roles.filter((role) => byRole.get(role)!.length > 0);
  const [role, setRole] = useState<Role>(filled.includes("staff") ? "staff" : (filled[0] ?? "staff"));

  return (
    <section className="w-full max-w-md rounded-2xl border border-line bg-ground p-6 shadow-1 max-md:mx-auto md:p-8">
      <h2 className="text-lg font-bold">{text("demo.title")}</h2>
      <p className="mb-4 mt-1 text-sm text-ink-2">{text("demo.lead")}</p>
      <Tabs selectedKey={role} onSelectionChange={(key) => setRole(key as Role)}>
        <TabList aria-label={text("demo.roles")} className="mb-3 flex gap-1 rounded-lg bg-sunken p-1">
          {filled.map((each) => (
            <Tab
              key={each}
              id={each}
              className="flex min-h-10 flex-1 items-center justify-center rounded-md text-sm text-ink-2 hover:text-ink data-selected:bg-raised data-selected:font-bold data-selected:text-accent data-selected:shadow-1 max-md:min-h-11"
            >
              {text(`demo.${each}`)}
            </Tab>
          ))}
        </TabList>
        {filled.map((each) => (
          <TabPanel key={each} id={each} className="rounded-lg">
            <ul className="flex max-h-[21rem] flex-col gap-2 overflow-y-auto p-0.5">
              {byRole.get(each)!.map((person) => (
                <li key={person.loginId}>
                  <DemoRow person={person} zone={zone} isBusy={isBusy} onPick={onPick} />
                </li>
              ))}
            </ul>
          </TabPanel>
        ))}
      </Tabs>
    </section>
  );
}

function DemoRow({
  person,
  zone,
  isBusy,
  onPick,
}: {
  person: DemoPerson;
  zone: Zone;
  isBusy: boolean;
  onPick: (input: SignInRequest) => void;
}) {
  const [operatorId, setOperatorId] = useState(person.operators[0]?.id ?? "");
  // A further zone has the trust of one of the sides; guests come in by the Internet side alone.
  const side = isClosedZone(zone) ? "lgwan" : "internet";
  const mayEnter = person.zones.includes(side) && (side === zone || person.kind !== "guest");
  const others = person.zones.filter((each) => each !== zone).map(zoneName);
  return (
    <div className={classes("rounded-xl border border-line", mayEnter ? "hover:border-accent" : "bg-sunken")}>
      <button
        type="button"
        disabled={!mayEnter || isBusy}
        onClick={() =>
          onPick({
            loginId: person.loginId,
            password: person.password,
            ...(person.totp && { totp: person.totp }),
            ...(operatorId && { operatorId }),
          })
        }
        className="flex w-full items-center gap-3 rounded-xl px-3 py-2.5 text-left"
      >
        <Avatar person={{ id: person.loginId, kind: person.kind, name: person.name }} size={36} />
        <span className="min-w-0 flex-1 leading-5">
          <span className="block truncate text-base font-bold">
            <bdi>{person.name}</bdi>
            <span className="sr-only">{text("demo.as")}</span>
          </span>
          <span className="block truncate text-sm text-ink-3">
            {mayEnter
              ? placeOf({ ...person, affiliation: null })
              : text("demo.otherZone", { zone: others.join("・") })}
          </span>
        </span>
        {mayEnter && (
          <span className="-rotate-90 text-ink-3">
            <ChevronIcon />
          </span>
        )}
      </button>
      {mayEnter && person.operators.length > 0 && (
        <div className="border-t border-line px-3 py-2">
          <label className="flex items-center gap-2 text-sm text-ink-2">
            <span className="shrink-0">{text("signIn.operator")}</span>
            <select
              value={operatorId}
              onChange={(event) => setOperatorId(event.target.value)}
              className="min-h-9 min-w-0 flex-1 rounded-md border border-line-strong bg-ground px-2 max-md:min-h-11"
            >
              {person.operators.map((operator) => (
                <option key={operator.id} value={operator.id}>
                  {operator.name}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
    </div>
  );
}

function roleOf(person: DemoPerson): Role {
  if (person.kind === "section") return "section";
  if (person.kind === "guest") return "guest";
  return person.postName && executivePost.test(person.postName) ? "executive" : "staff";
}
