import { createContext, use, useEffect } from "react";
import { useStore } from "#web/kit/state/store.ts";
import type { FilesClient, Known } from "./files-client.ts";

export const FilesContext = createContext<FilesClient | undefined>(undefined);

export function useFiles(): FilesClient {
  const files = use(FilesContext);
  if (!files) throw new Error("The screens of files stand inside their Provider.");
  return files;
}

/** What the reader may know of a file; undefined until it is known. */
export function useFile(fileId: string): Known | undefined {
  const files = useFiles();
  const known = useStore(files.known, (all) => all[fileId]);
  useEffect(() => {
    if (!files.known.get()[fileId]) files.ask(fileId);
  }, [files, fileId]);
  return known;
}
