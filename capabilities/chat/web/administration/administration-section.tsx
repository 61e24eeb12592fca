import type { ReactNode } from "react";
import { Notice } from "#web/kit/components/states.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import { text } from "../text/index.ts";
import { MunicipalityRooms } from "./municipality-rooms.tsx";
import { SectionRoomsSwitch } from "./section-rooms-switch.tsx";
import { SendingForm } from "./sending-form.tsx";

/** 「チャットの管理」: what administrators decide for the whole municipality, at a terminal on the LGWAN side. */
export default function AdministrationSection({ me }: SettingsProps) {
  if (me.zone !== "lgwan") return <Notice tone="warn">{text("administration.outside")}</Notice>;
  return (
    <div className="flex flex-col gap-9">
      <Part id="sending" title={text("administration.sending")} about={text("administration.sending.about")}>
        <SendingForm />
      </Part>
      <Part
        id="section-rooms"
        title={text("administration.sections")}
        about={text("administration.sections.about")}
      >
        <SectionRoomsSwitch />
      </Part>
      <Part
        id="municipality-rooms"
        title={text("administration.everybody")}
        about={text("administration.everybody.about")}
      >
        <MunicipalityRooms />
      </Part>
    </div>
  );
}

function Part({
  id,
  title,
  about,
  children,
}: {
  id: string;
  title: string;
  about: string;
  children: ReactNode;
}) {
  return (
    <section aria-labelledby={id} className="flex flex-col gap-4">
      <div>
        <h3 id={id} className="text-lg font-bold">
          {title}
        </h3>
        <p className="mt-1 text-sm text-ink-2">{about}</p>
      </div>
      {children}
    </section>
  );
}
