import { pagesOf, SectionsPage } from "../sections/sections-page.tsx";
import { session } from "../session.ts";
import { text } from "../text/index.ts";
import { settingsSections } from "./sections.ts";

const pages = pagesOf(settingsSections);

/** 「設定」: what everybody arranges for themselves. */
export default function SettingsPage({ sectionId }: { sectionId: string | undefined }) {
  const state = session.get();
  if (state.kind !== "signed-in") return null;
  const { me } = state.signedIn;
  return (
    <SectionsPage
      me={me}
      base="/settings"
      words={{
        title: text("settings.title"),
        back: text("settings.back"),
        missing: text("settings.missing"),
      }}
      sections={settingsSections.filter((section) => section.isShown?.(me) ?? true)}
      pages={pages}
      sectionId={sectionId}
    />
  );
}
