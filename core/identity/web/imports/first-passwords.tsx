import { useState } from "react";
import { csvOf } from "#shared/csv.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { DirectoryImport, FirstPasswords } from "../../contract.ts";
import { saveFile } from "./csv.ts";
import { text } from "./text/index.ts";

/** First passwords, once: as a file, or as sheets to be cut and handed over. They stay in this page alone. */
export function FirstPasswordsPart({
  importId,
  passwords,
}: {
  importId: string;
  passwords: NonNullable<DirectoryImport["passwords"]>;
}) {
  const [taken, setTaken] = useState<FirstPasswords>();
  const [problem, setProblem] = useState<string>();
  const take = async () => {
    if (taken) return taken;
    setProblem(undefined);
    try {
      const answer = await request<FirstPasswords>("POST", `/directory-imports/${importId}/first-passwords`);
      setTaken(answer);
      return answer;
    } catch (error) {
      setProblem(wordsOf(error));
      return undefined;
    }
  };
  const save = async () => {
    const all = await take();
    if (!all) return;
    const rows = all.items.map((item) => [
      item.loginId,
      item.name,
      item.sectionName ?? "",
      item.password,
      item.totpSecret ?? "",
      item.totpUrl ?? "",
    ]);
    const headings = (["loginId", "name", "section", "password", "totp", "url"] as const).map((key) =>
      text(`csv.${key}`),
    );
    saveFile(`${text("passwords.title")}.csv`, csvOf([headings, ...rows]));
  };
  const print = async () => {
    if (await take()) requestAnimationFrame(() => requestAnimationFrame(() => window.print()));
  };
  return (
    <section
      aria-labelledby="first-passwords"
      className="rounded-xl border border-accent-line bg-accent-soft p-4"
    >
      <div data-print="hide">
        <h3 id="first-passwords" className="font-bold">
          {text("passwords.title")}
        </h3>
        <p className="mb-3 text-sm">
          {text("passwords.about", { count: passwords.count, until: shortMoment(passwords.until) })}
        </p>
        {problem && <Notice tone="danger">{problem}</Notice>}
        <div className="flex flex-wrap gap-3">
          <Button kind="primary" onPress={() => void save()}>
            {text("passwords.csv")}
          </Button>
          <Button icon={<PrintIcon />} onPress={() => void print()}>
            {text("passwords.print")}
          </Button>
        </div>
      </div>
      {taken && (
        <ul className="hidden print:block">
          {taken.items.map((item) => (
            <li
              key={item.loginId}
              className="break-inside-avoid border-b border-dashed border-line-strong py-6"
            >
              <p className="text-sm">{item.sectionName}</p>
              <p className="text-lg font-bold">{item.name}</p>
              <p>
                {text("passwords.loginId")}: <span className="font-mono text-lg">{item.loginId}</span>
              </p>
              <p>
                {text("passwords.first")}: <span className="font-mono text-lg">{item.password}</span>
              </p>
              {item.totpSecret && (
                <p>
                  {text("passwords.totp")}: <span className="font-mono">{item.totpSecret}</span>
                </p>
              )}
              <p className="text-sm">{text("passwords.sheet")}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
