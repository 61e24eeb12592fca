import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from "react-aria-components";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { SignOutIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import type { Me } from "../../contract.ts";
import { text } from "../text/index.ts";

export type AccountMenuItem = { id: string; icon: ReactNode; words: string; onAction: () => void };

/** Who I am, and what I can do about it. */
export function AccountMenu({
  me,
  items,
  onSignOut,
  className,
}: {
  me: Me;
  items: readonly AccountMenuItem[];
  onSignOut: () => void;
  className?: string;
}) {
  return (
    <MenuTrigger>
      <AriaButton
        aria-label={`${text("account.menu")} ${me.person.name}`}
        className={`inline-flex size-12 items-center justify-center rounded-lg hover:bg-hover ${className ?? ""}`}
      >
        <Avatar person={me.person} size={36} />
      </AriaButton>
      <Popover
        placement="right bottom"
        className="w-72 rounded-xl border border-line bg-raised py-1 shadow-2"
      >
        <Menu className="outline-none" aria-label={text("account.menu")}>
          <MenuSection>
            <Header className="mb-1 flex items-center gap-3 border-b border-line px-4 py-3">
              <Avatar person={me.person} size={40} />
              <span className="min-w-0 leading-5">
                <span className="block truncate text-base font-bold">
                  <PersonName person={me.person} />
                </span>
                <span className="block text-sm text-ink-3">{placeOf(me.person)}</span>
                {me.operator && (
                  <span className="block text-sm text-ink-2">
                    {text("account.operator", { name: me.operator.name })}
                  </span>
                )}
              </span>
            </Header>
            {items.map((item) => (
              <MenuItem
                key={item.id}
                id={item.id}
                textValue={item.words}
                className={itemClass}
                onAction={item.onAction}
              >
                {item.icon}
                {item.words}
              </MenuItem>
            ))}
            <MenuItem
              id="sign-out"
              textValue={text("account.signOut")}
              className={itemClass}
              onAction={onSignOut}
            >
              <SignOutIcon />
              {text("account.signOut")}
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

const itemClass =
  "flex min-h-11 cursor-pointer items-center gap-3 px-4 text-base outline-none focus:bg-hover";
