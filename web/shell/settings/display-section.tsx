import { Label, Radio, RadioGroup } from "react-aria-components";
import { changeSettings, type Settings, settings } from "#web/kit/state/settings.ts";
import { useStore } from "#web/kit/state/store.ts";
import { text } from "../text/index.ts";

/** Colours, size of the text, language, density and the key that sends; each shows at once. */
export default function DisplaySection() {
  return (
    <div className="flex flex-col gap-7">
      <Choice
        name="theme"
        label={text("display.theme")}
        choices={[
          ["system", text("display.theme.system")],
          ["light", text("display.theme.light")],
          ["dark", text("display.theme.dark")],
          ["contrast", text("display.theme.contrast")],
        ]}
      />
      <Choice
        name="textSize"
        label={text("display.size")}
        choices={[
          ["small", text("display.size.small")],
          ["normal", text("display.size.normal")],
          ["large", text("display.size.large")],
          ["largest", text("display.size.largest")],
        ]}
      />
      <Choice
        name="density"
        label={text("display.density")}
        choices={[
          ["comfortable", text("display.density.comfortable")],
          ["compact", text("display.density.compact")],
        ]}
      />
      <Choice
        name="sendKey"
        label={text("display.sendKey")}
        choices={[
          ["ctrl-enter", text("display.sendKey.ctrl-enter")],
          ["enter", text("display.sendKey.enter")],
        ]}
      />
      <Choice
        name="hold"
        label={text("display.hold")}
        choices={[
          ["wide", text("display.hold.wide")],
          ["every", text("display.hold.every")],
        ]}
      />
      <Choice
        name="language"
        label={text("display.language")}
        choices={[
          ["ja", "日本語"],
          ["en", "English"],
        ]}
      />
      <p className="text-sm text-ink-3">{text("display.kept")}</p>
    </div>
  );
}

function Choice<Name extends keyof Settings>({
  name,
  label,
  choices,
}: {
  name: Name;
  label: string;
  choices: readonly (readonly [Settings[Name], string])[];
}) {
  const value = useStore(settings, (all) => all[name]);
  return (
    <RadioGroup
      value={value}
      // The group offers nothing but the choices.
      onChange={(chosen) => void changeSettings({ [name]: chosen } as Partial<Settings>)}
      className="flex flex-col gap-2"
    >
      <Label className="text-sm font-bold">{label}</Label>
      <div className="flex flex-wrap gap-2">
        {choices.map(([id, words]) => (
          <Radio
            key={id}
            value={id}
            className="flex min-h-11 cursor-pointer items-center gap-2 rounded-lg border border-line-strong px-3.5 text-base hover:bg-hover data-selected:border-accent data-selected:bg-accent-soft data-selected:font-bold data-selected:text-accent"
          >
            {({ isSelected }) => (
              <>
                <span
                  aria-hidden="true"
                  className={`inline-flex size-4.5 items-center justify-center rounded-full border-2 ${isSelected ? "border-accent" : "border-line-strong"}`}
                >
                  {isSelected && <span className="size-2 rounded-full bg-accent" />}
                </span>
                {words}
              </>
            )}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
