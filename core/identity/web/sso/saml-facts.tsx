import { Notice } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { SigningCertificate } from "../../contract.ts";
import { text } from "./text/index.ts";

/** Under which certificates a provider signs; whoever looks after it learns in time that one ends. */
export function CertificateList({ certificates }: { certificates: readonly SigningCertificate[] }) {
  const isOver = certificates.every(({ state }) => state === "over" || state === "later");
  const isEnding = certificates.every(({ state }) => state !== "good");
  return (
    <div className="flex flex-col gap-3">
      {isOver ? (
        <Notice tone="danger">{text("certificate.none-valid")}</Notice>
      ) : (
        isEnding && <Notice tone="warn">{text("certificate.renew")}</Notice>
      )}
      <ul className="flex flex-col divide-y divide-line border-y border-line text-sm">
        {certificates.map(({ subject, fingerprint, until, state }) => (
          <li key={fingerprint} className="flex flex-col gap-1 py-2">
            <span className="font-bold">
              {text("certificate.until", { when: longMoment(until) })}
              {`　${text(`certificate.${state}`)}`}
            </span>
            <span className="text-ink-2 [overflow-wrap:anywhere]">{subject}</span>
            <span className="text-ink-3 [overflow-wrap:anywhere]">SHA-256 {fingerprint}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
