import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { text } from "../text/index.ts";
import { IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import { CloseIcon } from "./icons.tsx";

const widths = { small: "md:max-w-md", medium: "md:max-w-xl", large: "md:max-w-3xl" };

/** A dialog over the page; on a phone it rises from below. Escape and a press outside close it unless `isFirm`. */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  width = "medium",
  role = "dialog",
  isFirm = false,
  isTextOnly = false,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: keyof typeof widths;
  role?: "dialog" | "alertdialog";
  isFirm?: boolean;
  /** Nothing in it takes the focus: then the text does, so that it can be scrolled with the keyboard. */
  isTextOnly?: boolean;
}) {
  return (
    <ModalOverlay
      isOpen
      isDismissable={!isFirm}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className="fixed inset-0 z-40 flex items-end justify-center bg-scrim md:items-center md:p-6"
    >
      <Modal
        className={classes(
          "flex max-h-[92dvh] w-full animate-appear flex-col overflow-hidden rounded-t-2xl bg-raised shadow-3 md:max-h-[86dvh] md:rounded-2xl",
          widths[width],
        )}
      >
        <AriaDialog role={role} className="flex min-h-0 flex-1 flex-col outline-none">
          <header className="flex items-center gap-2 border-b border-line py-2 pl-5 pr-2">
            <Heading slot="title" className="min-w-0 flex-1 py-1 text-lg font-bold">
              {title}
            </Heading>
            <IconButton label={text("action.close")} icon={<CloseIcon />} onPress={onClose} />
          </header>
          <div
            className="focus-inside min-h-0 flex-1 overflow-y-auto px-5 py-4"
            {...(isTextOnly && { tabIndex: 0, role: "group", "aria-label": title })}
          >
            {children}
          </div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-3 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
