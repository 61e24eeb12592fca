import { Button } from "#web/kit/components/button.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { EquipmentDetail } from "../../contract.ts";
import { text } from "../text/index.ts";

/** 「貸与票」: one page to sign when a thing is handed out, and again when it comes back. */
export function HandOverSheet({
  item,
  municipality,
  onClose,
}: {
  item: EquipmentDetail;
  municipality: string;
  onClose: () => void;
}) {
  const handedOut = item.events.find(({ what }) => what === "handed-out" || what === "imported");
  const rows = [
    [text("number"), item.number],
    [
      text("kind"),
      `${text(`kind.${item.kind}`)}${item.owned === "personal" ? `（${text("owned.personal")}）` : ""}`,
    ],
    [text("model"), item.model],
    [text("serial"), item.serial],
    [text("sim"), item.simNumber],
    [text("network"), item.network ? zoneName(item.network) : ""],
    [text("section"), item.sectionName ?? ""],
    [text("holder"), item.holder?.name ?? ""],
    [text("sheet.since"), handedOut ? longMoment(handedOut.at) : ""],
    [text("due"), item.dueOn ?? text("sheet.open")],
  ].filter(([, words]) => words !== "");
  return (
    <section aria-labelledby="hand-over-sheet" className="flex flex-col gap-5" data-print="keep">
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button icon={<PrintIcon />} kind="primary" onPress={() => window.print()}>
          {text("sheet.print")}
        </Button>
        <Button onPress={onClose}>{text("sheet.back")}</Button>
      </div>
      <header className="flex flex-wrap items-baseline justify-between gap-3 border-b-2 border-ink pb-2">
        <h3
          id="hand-over-sheet"
          tabIndex={-1}
          ref={(heading) => heading?.focus()}
          className="text-xl font-bold outline-none! shadow-none!"
        >
          {text("sheet.title")}
        </h3>
        <bdi>{municipality}</bdi>
      </header>
      <table className="w-full text-base">
        <tbody>
          {rows.map(([name, words]) => (
            <tr key={name} className="border-b border-line">
              <th scope="row" className="w-36 py-2 pr-4 text-left align-top font-bold">
                {name}
              </th>
              <td className="py-2 [overflow-wrap:anywhere]">{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="list-disc pl-6 text-sm leading-7">
        <li>{text("sheet.rule.1")}</li>
        <li>{text("sheet.rule.2")}</li>
        <li>{text("sheet.rule.3")}</li>
      </ul>
      <div className="grid gap-6 md:grid-cols-2 print:grid-cols-2">
        {(["sheet.received", "sheet.returned"] as const).map((key) => (
          <div key={key} className="rounded-lg border border-line-strong p-4">
            <p className="font-bold">{text(key)}</p>
            <p className="pt-6">{text("sheet.day")}</p>
            <p className="pt-8">{text("sheet.sign")}</p>
          </div>
        ))}
      </div>
    </section>
  );
}
