import { type FormEvent, useId, useState } from "react";
import { type Classification, classifications } from "#shared/classification.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ClassMark, classLabel } from "#web/kit/components/class-mark.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { ClassifiedRoom } from "../../contract.ts";
import { text } from "../text/index.ts";

/** 「ルームの機密性の区分」: who administers the rules lowers the class of a room whose number they were given. */
export default function RoomClassSection() {
  const id = useId();
  const [number, setNumber] = useState("");
  const [room, setRoom] = useState<ClassifiedRoom>();
  const [wanted, setWanted] = useState<Classification>("2");
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const path = `/classified-rooms/${encodeURIComponent(number.trim())}`;
  const attempt = async (work: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  const find = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      setRoom(undefined);
      const found = await request<ClassifiedRoom>("GET", path);
      setRoom(found);
      setWanted(found.classification);
    });
  };
  const change = (event: FormEvent) => {
    event.preventDefault();
    setMissing(reason.trim() === "");
    if (reason.trim() === "") return;
    void attempt(async () => {
      const body = { classification: wanted, reason: reason.trim() };
      setRoom(await request<ClassifiedRoom>("PUT", path, { body }));
      setReason("");
      tell(text("lower.done", { class: classLabel(wanted) }));
    });
  };
  return (
    <div className="flex max-w-2xl flex-col gap-5">
      <p className="text-sm text-ink-2">{text("lower.intro")}</p>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <form onSubmit={find} className="flex flex-col items-start gap-3">
        <TextField
          className="w-full"
          label={text("lower.number")}
          value={number}
          onChange={(value) => {
            setNumber(value);
            setRoom(undefined);
          }}
          inputProps={{ maxLength: 60 }}
          autoComplete="off"
        />
        <Button type="submit" isDisabled={number.trim() === ""}>
          {text("lower.find")}
        </Button>
      </form>
      {room && (
        <form
          onSubmit={change}
          noValidate
          className="flex flex-col items-start gap-4 rounded-xl border border-line bg-raised p-4"
        >
          <p className="font-bold">
            <bdi>
              {text("lower.room", { name: room.name ?? text("lower.direct"), count: room.memberCount })}
            </bdi>
            <ClassMark classification={room.classification} />
          </p>
          <SelectField
            id={`${id}-class`}
            label={text("class.title")}
            value={wanted}
            onChange={(value) => setWanted(value as Classification)}
          >
            {classifications.map((each) => (
              <option key={each} value={each}>
                {classLabel(each)}
              </option>
            ))}
          </SelectField>
          <TextField
            className="w-full"
            label={text("lower.reason")}
            value={reason}
            onChange={setReason}
            inputProps={{ maxLength: 200 }}
            error={isMissing ? text("lower.missing") : null}
          />
          <Button kind="primary" type="submit" isDisabled={wanted === room.classification}>
            {text("lower.do")}
          </Button>
        </form>
      )}
    </div>
  );
}
