import { LockIcon } from "#web/kit/components/icons.tsx";
import { Empty, Notice } from "#web/kit/components/states.tsx";
import { pagesOf, SectionsPage } from "../sections/sections-page.tsx";
import { session } from "../session.ts";
import { text } from "../text/index.ts";
import { administrationSections } from "./sections.ts";

const pages = pagesOf(administrationSections);

/**
 * 「管理」: what administrators do for everybody, each part with the office that it belongs to. A part of another office
 * is named all the same, so that people know that it exists and whom it is for.
 */
export default function AdministrationPage({ sectionId }: { sectionId: string | undefined }) {
  const state = session.get();
  if (state.kind !== "signed-in") return null;
  const { me } = state.signedIn;
  const { offices } = me.account;
  const outside = me.zone !== "lgwan" && <Notice tone="warn">{text("administration.outside")}</Notice>;
  return (
    <SectionsPage
      me={me}
      base="/administration"
      words={{
        title: text("administration.title"),
        back: text("administration.back"),
        missing: text("administration.missing"),
      }}
      sections={administrationSections}
      pages={pages}
      sectionId={sectionId}
      top={
        <p className="px-3 pb-3 text-sm text-ink-2">
          {offices.length > 0
            ? text("administration.yours", {
                offices: offices.map((office) => text(`office.${office}`)).join("・"),
              })
            : text("administration.none")}
        </p>
      }
      refusal={({ offices: needed }) => {
        if (needed.length > 0 && !needed.some((office) => offices.includes(office)))
          return (
            <Empty
              icon={<LockIcon size={28} />}
              title={text("administration.needs", {
                offices: needed.map((office) => text(`office.${office}`)).join("・"),
              })}
            >
              {text("administration.needs.next")}
            </Empty>
          );
        return outside || undefined;
      }}
    />
  );
}
