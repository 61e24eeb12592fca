import { Button } from "#web/kit/components/button.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { saveFile } from "#web/kit/device/csv.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { DisposalCertificate, DisposalPage } from "../../contract.ts";
import { text } from "../text/index.ts";
import { ruleSentence } from "./rule-words.ts";

/** 廃棄証明 as it goes onto paper or into a file: what went, how much, by whom and when, and its digest. */
export function Certificate({
  certificate,
  id,
}: {
  certificate: NonNullable<DisposalPage["certificate"]>;
  id: string;
}) {
  // Written by the server to this very schema, and its digest stands beside it.
  const what = JSON.parse(certificate.text) as DisposalCertificate;
  return (
    <section
      aria-labelledby="certificate"
      data-print="keep"
      className="flex flex-col gap-4 rounded-lg border border-line p-5 [overflow-wrap:anywhere]"
    >
      <h4 id="certificate" className="text-lg font-bold">
        {text("records.certificate")}
      </h4>
      <p>
        {text("records.certificate.says", {
          municipality: what.municipality,
          when: longMoment(what.finishedAt),
        })}
      </p>
      <ul className="flex flex-col gap-3">
        {what.rooms.map((room) => (
          <li key={room.id} className="border-t border-line pt-2">
            <p className="font-bold">
              <bdi>{room.name}</bdi>
            </p>
            <p className="text-sm">
              {text("records.certificate.room", {
                messages: room.messages,
                versions: room.earlierTexts,
                files: room.files,
              })}
              {room.oldest &&
                room.newest &&
                `　${text("records.room.span", { from: longMoment(room.oldest), to: longMoment(room.newest) })}`}
            </p>
            <p className="text-sm text-ink-2">{ruleSentence(room.rule)}</p>
          </li>
        ))}
      </ul>
      {what.kept.length > 0 && (
        <p className="text-sm">
          {text("records.certificate.kept", {
            rooms: what.kept.map(({ name, because }) => `${name}（${because}）`).join("、"),
          })}
        </p>
      )}
      <p className="text-sm">
        {text("records.terms.source", { source: what.source })}
        <br />
        {text("records.approved", { person: what.approved.by, when: longMoment(what.approved.at) })}
        <br />
        {text("records.second", { person: what.consented.by, when: longMoment(what.consented.at) })}
      </p>
      <p className="text-sm">
        {text("records.certificate.digest")}
        <br />
        <code>{certificate.digest}</code>
      </p>
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button icon={<PrintIcon />} onPress={() => window.print()}>
          {text("records.certificate.print")}
        </Button>
        <Button
          onPress={() => saveFile(`廃棄証明_${id.slice(0, 8)}.json`, certificate.text, "application/json")}
        >
          {text("records.certificate.save")}
        </Button>
      </div>
    </section>
  );
}
